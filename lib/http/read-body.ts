import type { IncomingMessage } from 'node:http'

/**
 * Reads a request's body, or answers undefined as soon as it is known to be larger than allowed. Rejects if
 * the caller goes away half way.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > maxBytes) return undefined
  const chunks: Buffer[] = []
  let bytes = 0
  return await new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxBytes) {
        request.pause()
        request.removeAllListeners('data')
        resolve(undefined)
      } else {
        chunks.push(chunk)
      }
    })
    request.on('end', () => resolve(Buffer.concat(chunks, bytes)))
    request.on('error', reject)
    request.on('close', () => reject(new Error('the caller went away before its request was whole')))
  })
}
