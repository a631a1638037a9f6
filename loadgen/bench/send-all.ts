import { Agent, request as openRequest, type RequestOptions } from 'node:http'
import { text } from 'node:stream/consumers'
import { ExpectedError } from '../command/expected-error.ts'
import { forEachAtMost } from '../for-each-at-most.ts'

const REQUEST_MS = 30_000

/** A request as it is sent, made before the clock starts. */
export type Prepared = { readonly method: string; readonly path: string; readonly body?: string }

export type Sending = {
  readonly url: string
  readonly token: string
  readonly connections: number
  readonly interrupted: AbortSignal
  /** Says what is wrong with an answer, if anything is. */
  readonly findFault: (status: number, body: string) => string | undefined
}

/**
 * Sends requests over so many connections, each as soon as the one before it is answered. It spends as little as it can on
 * it, because what it spends is taken from what is measured.
 */
export async function sendAll(requests: readonly Prepared[], sending: Sending): Promise<void> {
  const { url, token, connections, interrupted, findFault } = sending
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const { hostname, port } = new URL(url)
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  try {
    await forEachAtMost(connections, requests, async ({ method, path, body }) => {
      interrupted.throwIfAborted()
      const answer = await send({ agent, hostname, port, method, path, headers, timeout: REQUEST_MS }, body)
      const fault = findFault(answer.status, answer.body)
      if (fault !== undefined) throw new ExpectedError(`${method} ${path} → ${answer.status}: ${fault}`)
    })
  } finally {
    agent.destroy()
  }
}

function send(options: RequestOptions, body?: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = openRequest(options, response => {
      text(response).then(content => resolve({ status: response.statusCode ?? 0, body: content }), reject)
    })
    request.on('timeout', () => request.destroy(new ExpectedError(`no answer within ${REQUEST_MS} ms`)))
    request.on('error', reject)
    request.end(body)
  })
}
