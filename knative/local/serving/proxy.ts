import { Agent, type IncomingMessage, request as openRequest, type ServerResponse } from 'node:http'
import { unavailable } from '../../../lib/http/problem.ts'
import { writeResponse } from '../../../lib/http/write-response.ts'
import type { FunctionPool } from './function-pool.ts'

const agent = new Agent({ keepAlive: true, maxSockets: 1000 })

/**
 * Hands a request to an instance and its answer back, byte for byte. An instance that is not there or dies half way
 * gives 503: what became of the request is not known, and the same request may be sent again.
 */
export function proxy(pool: FunctionPool, request: IncomingMessage, response: ServerResponse): void {
  const instance = pool.pick()
  if (instance === undefined) {
    fail(response, `no instance of ${pool.name} is ready`)
    return
  }
  const upstream = openRequest(
    {
      agent,
      host: '127.0.0.1',
      port: instance.port,
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: request.headers,
    },
    answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
      answer.on('error', () => response.destroy())
    },
  )
  upstream.on('error', error => fail(response, `${pool.name}: ${error.message}`))
  response.on('close', () => upstream.destroy())
  request.pipe(upstream)
}

function fail(response: ServerResponse, message: string): void {
  if (response.headersSent) response.destroy()
  else writeResponse(response, unavailable(message))
}
