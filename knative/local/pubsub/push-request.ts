import http from 'node:http'
import https from 'node:https'
import type { PushPayload } from './push-payload.ts'

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
  { headers, body }: PushPayload,
  settle: (acked: boolean) => void,
): () => void {
  let settled = false
  const end = (acked: boolean) => {
    if (settled) return
    settled = true
    settle(acked)
  }
  const request = open(endpoint, connections, {
    ...headers,
    'Content-Length': String(Buffer.byteLength(body)),
  })
  if (request === undefined) {
    // Not at once: the message would come again at once, and nothing else would ever have its turn.
    setImmediate(() => end(false))
    return () => {
      settled = true
    }
  }
  request.on('information', ({ statusCode }) => {
    if (settled || !ACK_STATUS.has(statusCode)) return
    end(true)
    // The ack deadline no longer watches this request; the longest one there is does.
    const timer = setTimeout(() => request.destroy(), MAX_DEADLINE_MS)
    request.once('close', () => clearTimeout(timer))
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

/** Undefined when Node refuses to make such a request, which it does by throwing: `http://%@host/` is one. */
function open(
  endpoint: URL,
  connections: PushConnections,
  headers: Readonly<Record<string, string>>,
): http.ClientRequest | undefined {
  const secure = endpoint.protocol === 'https:'
  const agent = secure ? connections.https : connections.http
  try {
    return (secure ? https : http).request(endpoint, { method: 'POST', agent, headers })
  } catch {
    return undefined
  }
}
