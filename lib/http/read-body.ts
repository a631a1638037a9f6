import type { IncomingMessage } from 'node:http'

export type BodyLimits = { readonly maxBytes: number; readonly seconds: number }

/**
 * Reads a request's body; or answers as soon as it is known to be larger than allowed, or has not come in time: a sender
 * of a byte now and then must not hold a connection. Rejects if the caller goes away half way.
 */
export async function readBody(
  request: IncomingMessage,
  { maxBytes, seconds }: BodyLimits,
): Promise<Buffer | 'too_large' | 'too_slow'> {
  if (!hasBody(request)) return Buffer.alloc(0)
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > maxBytes) return 'too_large'
  const chunks: Buffer[] = []
  let bytes = 0
  let late: NodeJS.Timeout | undefined
  try {
    return await new Promise((resolve, reject) => {
      const stop = (why: 'too_large' | 'too_slow') => {
        request.pause()
        request.removeAllListeners('data')
        resolve(why)
      }
      late = setTimeout(stop, seconds * 1000, 'too_slow')
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > maxBytes) stop('too_large')
        else chunks.push(chunk)
      })
      request.on('end', () => resolve(Buffer.concat(chunks, bytes)))
      request.on('error', reject)
      request.on('close', () => reject(new Error('the caller went away before its request was whole')))
    })
  } finally {
    clearTimeout(late)
  }
}

/** RFC 9112, section 6.3: without either of these there is none, and nothing to wait for. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
}
