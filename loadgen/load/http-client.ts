import { Agent, type IncomingMessage, request as openRequest } from 'node:http'
import { requestHeaders } from '../replay/service-client.ts'

/** A status and a body; or 0 and the code of a connection that failed. */
export type OnReply = (status: number, text: string) => void

export type HttpClient = {
  /** Calls back once. */
  send(method: string, path: string, body: string | undefined, onReply: OnReply): void
  close(): void
}

const REPLY_MILLISECONDS = 30_000

/** A client that costs little: kept connections, no promises, bodies as they are. As many connections as requests. */
export function openHttpClient(url: string, token: string): HttpClient {
  const { hostname: host, port } = new URL(url)
  const agent = new Agent({ keepAlive: true, timeout: REPLY_MILLISECONDS })
  const plain = requestHeaders(token)
  const send = (method: string, path: string, body: string | undefined, onReply: OnReply) => {
    // Ids and amounts are ASCII: a character is a byte.
    const content =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length }
    const request = openRequest({ agent, host, port, method, path, headers: { ...plain, ...content } })
    let isDone = false
    const done = (status: number, text: string) => {
      if (!isDone) onReply(status, text)
      isDone = true
    }
    const fail = (error: NodeJS.ErrnoException) => done(0, error.code ?? error.message)
    request.on('error', fail)
    request.on('timeout', () => request.destroy(Object.assign(new Error(), { code: 'no answer in time' })))
    request.on('response', (response: IncomingMessage) => {
      let text = ''
      response.setEncoding('latin1')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('error', fail)
      response.on('end', () => done(response.statusCode ?? 0, text))
    })
    request.end(body, 'latin1')
  }
  return { send, close: () => agent.destroy() }
}
