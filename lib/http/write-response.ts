import type { ServerResponse } from 'node:http'
import type { HttpResponse } from './message.ts'

/** For browsers: nothing is kept, guessed, run, framed, or told to another host. A page brings a policy of its own. */
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
}

/** Writes an answer. Does nothing if the caller has gone. */
export function writeResponse(response: ServerResponse, answer: HttpResponse): void {
  const { status, headers, body, stream } = answer
  if (response.destroyed || response.headersSent) return
  const payload = toPayload(body)
  response.writeHead(status, {
    ...(payload !== undefined && {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(payload),
    }),
    ...SECURITY_HEADERS,
    ...headers,
  })
  if (stream === undefined) response.end(payload)
  else stream(response)
}

/** JSON as a text, which Node writes together with the head, in one call of the system instead of two. */
function toPayload(body: unknown): Buffer | string | undefined {
  return body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body)
}
