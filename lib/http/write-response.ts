import type { ServerResponse } from 'node:http'
import type { HttpResponse } from './message.ts'

/** Writes an answer. Does nothing if the caller has gone. */
export function writeResponse(response: ServerResponse, answer: HttpResponse): void {
  const { status, headers, body, stream } = answer
  if (response.destroyed || response.headersSent) return
  const bytes = toBytes(body)
  response.writeHead(status, {
    ...(bytes !== undefined && { 'content-type': 'application/json', 'content-length': bytes.length }),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  if (stream === undefined) response.end(bytes)
  else stream(response)
}

function toBytes(body: unknown): Buffer | undefined {
  if (body === undefined || Buffer.isBuffer(body)) return body
  return Buffer.from(JSON.stringify(body))
}
