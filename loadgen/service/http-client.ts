import { Pool } from 'undici'
import { requestHeaders } from './service-client.ts'

/** A status and a body; or 0 and the code of a connection that failed. */
type OnReply = (status: number, text: string) => void

export type HttpClient = {
  /** Calls back once. */
  send(method: string, path: string, body: string | undefined, onReply: OnReply): void
  close(): void
}

const REPLY_MILLISECONDS = 30_000

/** A client that costs little: kept connections, no promises, bodies as they are. As many connections as requests. */
export function openHttpClient(url: string, token: string): HttpClient {
  const timeouts = { headersTimeout: REPLY_MILLISECONDS, bodyTimeout: REPLY_MILLISECONDS }
  const pool = new Pool(new URL(url).origin, timeouts)
  const plain = requestHeaders(token)
  const json = requestHeaders(token, { 'content-type': 'application/json' })
  const send = (method: string, path: string, body: string | undefined, onReply: OnReply) => {
    let status = 0
    let text = ''
    const headers = body === undefined ? plain : json
    pool.dispatch(
      { method, path, headers, body: body ?? null },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, statusCode) => {
          status = statusCode
        },
        // Ids and amounts are ASCII: a byte is a character.
        onResponseData: (_controller, chunk) => {
          text += chunk.toString('latin1')
        },
        onResponseEnd: () => onReply(status, text),
        onResponseError: (_controller, error: NodeJS.ErrnoException) =>
          onReply(0, error.code ?? error.message),
      },
    )
  }
  return { send, close: () => void pool.destroy() }
}
