import { Agent, request as openRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { parseJson } from '../../lib/http/json.ts'

/** Requests on more connections than this wait here, where they cost nothing. */
const MAX_CONNECTIONS = 64
const REQUEST_MILLISECONDS = 15_000
/** The service, or the way to it, is away; the same request may be sent again. */
const UNAVAILABLE: ReadonlySet<number> = new Set([429, 502, 503, 504])

export type Answer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: 'unavailable'; readonly why: string }

/** Calls the public endpoints over connections that are kept. Money in a body is text, digit for digit. */
export type ServiceClient = {
  get(path: string): Promise<Answer>
  post(path: string, body: object, headers?: Readonly<Record<string, string>>): Promise<Answer>
  close(): void
}

export function createServiceClient(url: string, token: string): ServiceClient {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS })
  return {
    get: path => send(agent, 'GET', new URL(path, url), requestHeaders(token)),
    post: (path, body, headers) => {
      const allHeaders = requestHeaders(token, { 'content-type': 'application/json', ...headers })
      return send(agent, 'POST', new URL(path, url), allHeaders, JSON.stringify(body))
    },
    close: () => agent.destroy(),
  }
}

/** The headers of every request that a command of ours sends. */
export function requestHeaders(
  token: string,
  headers: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return { ...headers, authorization: `Bearer ${token}` }
}

function send(
  agent: Agent,
  method: string,
  url: URL,
  headers: Record<string, string>,
  body?: string,
): Promise<Answer> {
  return new Promise(resolve => {
    const fail = (error: Error) => resolve({ kind: 'unavailable', why: error.message })
    const request = openRequest(url, { agent, method, headers, timeout: REQUEST_MILLISECONDS }, response => {
      const status = response.statusCode ?? 0
      text(response).then(content => resolve(toAnswer(status, content)), fail)
    })
    request.on('timeout', () => request.destroy(new Error(`no answer within ${REQUEST_MILLISECONDS} ms`)))
    request.on('error', fail)
    request.end(body)
  })
}

function toAnswer(status: number, content: string): Answer {
  if (UNAVAILABLE.has(status)) return { kind: 'unavailable', why: `${status} ${content}` }
  try {
    return { kind: 'answer', status, body: parseJson(content) as Record<string, unknown> }
  } catch {
    return { kind: 'unavailable', why: `${status} with a body that is not JSON: ${content}` }
  }
}
