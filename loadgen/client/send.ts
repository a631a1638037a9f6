import { parseJsonVerbatim } from '../../lib/http/json.ts'
import { ExpectedError } from '../command/expected-error.ts'
import type { ClientRequest } from './build-request.ts'
import type { Service } from './find-service.ts'

/** Sends a request. Throws ExpectedError if nobody answers. */
export async function send(
  { url, token }: Service,
  { method, path, headers, body }: ClientRequest,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(new URL(path, url), {
      method,
      headers: { ...headers, authorization: `Bearer ${token}` },
      signal,
      ...(body !== undefined && { body }),
    })
  } catch (error) {
    signal.throwIfAborted()
    const { cause } = error as { cause?: unknown }
    throw new ExpectedError(`${url} does not answer: ${cause ?? error}`, error)
  }
}

/** Reads an answer; its money keeps its digits. Throws ExpectedError, saying what is wrong, for a refusal. */
export async function readAnswer(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text()
  let body: Record<string, unknown>
  try {
    body = parseJsonVerbatim(text) as Record<string, unknown>
  } catch {
    throw new ExpectedError(`${response.status} with a body that is not JSON: ${text.slice(0, 200)}`)
  }
  if (response.ok) return body
  throw new ExpectedError(`${response.status} ${body['code']}: ${body['message']}`)
}

export function print(body: unknown): void {
  console.log(JSON.stringify(body, undefined, 2))
}
