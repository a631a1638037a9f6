import { createHash } from 'node:crypto'
import type { HttpRequest, HttpResponse } from './message.ts'

/** Bytes that are the same for every caller, known by their ETag. */
export type KeptFile = {
  readonly bytes: Buffer
  readonly headers: Readonly<Record<string, string>> & { readonly etag: string }
}

/** Reads a file's answer off its bytes, once. Callers may keep it, but ask each time whether it still holds. */
export function keepFile(contentType: string, content: Buffer | string, headers = {}): KeptFile {
  const bytes = Buffer.from(content)
  const etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`
  return {
    bytes,
    headers: { 'content-type': contentType, 'cache-control': 'no-cache', etag, ...headers },
  }
}

/**
 * Answers the file, or 304 to a caller that has it. Browsers put the headers of a 304 in the place of those they kept, so it has
 * them all: without its own policy a page that is loaded again would be under that of every answer, which lets nothing load.
 */
export function answerFile({ bytes, headers }: KeptFile, request: HttpRequest): HttpResponse {
  const { 'content-type': _type, ...kept } = headers
  const known = (request.headers['if-none-match'] ?? '').split(',').map(tag => tag.trim().replace(/^W\//, ''))
  if (!known.includes(headers.etag) && !known.includes('*')) return { status: 200, headers, body: bytes }
  return { status: 304, headers: kept }
}
