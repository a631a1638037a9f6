import { createHash } from 'node:crypto'
import type { HttpRequest, HttpResponse } from './message.ts'
import { noAddress } from './not-found.ts'
import { OWN_HOST_ONLY } from './own-host-only.ts'

/** Bytes that are the same for every caller, known by their ETag. */
export type KeptFile = {
  readonly bytes: Buffer
  readonly headers: Readonly<Record<string, string>> & { readonly etag: string }
}

/** Files by name. No other name is ever looked for on the disk. */
export type KeptFiles = ReadonlyMap<string, () => KeptFile>

/** Reads a file's answer off its bytes, once. Callers may keep it, but ask each time whether it still holds. */
export function keepFile(contentType: string, content: Buffer | string, headers = {}): KeptFile {
  const bytes = Buffer.from(content)
  const etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`
  return {
    bytes,
    headers: { 'content-type': contentType, 'cache-control': 'no-cache', etag, ...headers },
  }
}

/** The same for a page, with the policy that it needs. */
export function keepPage(html: string): KeptFile {
  return keepFile('text/html; charset=utf-8', html, { 'content-security-policy': OWN_HOST_ONLY })
}

/** Makes a file when it is first asked for: what takes time or memory to make, no instance should take to start. */
export function whenAsked(make: () => KeptFile): () => KeptFile {
  let kept: KeptFile | undefined
  return () => {
    kept ??= make()
    return kept
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

/** Answers the file that the route's `{file}` names. */
export function answerNamedFile(files: KeptFiles, request: HttpRequest): HttpResponse {
  const file = files.get(request.params['file'] ?? '')
  return file === undefined ? noAddress(request) : answerFile(file(), request)
}
