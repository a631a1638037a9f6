import http from 'node:http'
import https from 'node:https'

// docs.cloud.google.com/pubsub/docs/push, "receive push messages"; every other status is a nack.
const ACK_STATUS = new Set([102, 200, 201, 202, 204])

const MAX_DEADLINE_MS = 600_000

/** Keep-alive connections to push endpoints. */
export type PushConnections = { readonly http: http.Agent; readonly https: https.Agent; close(): void }

/** `idle` bounds the connections kept open between pushes; how many are in use is the push window's business. */
export function openConnections(idle: number): PushConnections {
  const options = { keepAlive: true, maxFreeSockets: idle }
  const agents = { http: new http.Agent(options), https: new https.Agent(options) }
  return {
    ...agents,
    close() {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

/**
 * Posts one message; `settle` is told once whether the endpoint acknowledged it. The status counts when the answer is
 * complete: a reset, garbage or an endless body is a nack. Returns what aborts the request without settling.
 */
export function sendPush(
  endpoint: URL,
  connections: PushConnections,
  headers: Record<string, string>,
  body: string,
  settle: (acked: boolean) => void,
): () => void {
  let settled = false
  const end = (acked: boolean) => {
    if (settled) return
    settled = true
    settle(acked)
  }
  const secure = endpoint.protocol === 'https:'
  const request = (secure ? https : http).request(endpoint, {
    method: 'POST',
    agent: secure ? connections.https : connections.http,
    headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
  })
  request.on('information', ({ statusCode }) => {
    if (!ACK_STATUS.has(statusCode)) return
    // The ack deadline no longer watches this request; the longest one there is does.
    request.setTimeout(MAX_DEADLINE_MS, () => request.destroy())
    end(true)
  })
  request.on('response', response => {
    response.on('end', () => end(ACK_STATUS.has(response.statusCode ?? 0)))
    response.resume()
  })
  request.on('error', () => end(false))
  // Also when an answer breaks off halfway.
  request.on('close', () => end(false))
  request.end(body)
  return () => {
    // A settled request is left alone: its connection may already carry the next push.
    if (settled) return
    settled = true
    request.destroy()
  }
}
