import { parseJson } from './json.ts'
import type { HttpRequest, HttpResponse } from './message.ts'
import { problem } from './problem.ts'

/** Reads a request's body as JSON with exact money, or answers why it is none. */
export function readJsonBody(
  request: HttpRequest,
): { readonly value: unknown } | { readonly refusal: HttpResponse } {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  if (type.trim().toLowerCase() !== 'application/json') {
    return { refusal: problem('unsupported_media_type', 'Send the body as content-type: application/json.') }
  }
  try {
    return { value: parseJson(request.body.toString('utf8')) }
  } catch {
    return { refusal: problem('invalid_json', 'The request body is not JSON.') }
  }
}
