import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import { unavailable } from '../../../lib/http/problem.ts'
import { writeResponse } from '../../../lib/http/write-response.ts'
import type { FunctionPool } from './function-pool.ts'

/** These concern one connection (RFC 9110, section 7.6.1), of which each side has its own. */
const OF_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'expect'])

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
  const { method = 'GET', url = '/', headers } = request
  const hasBody = 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0
  const options = { method, path: url, headers: forNextHop(headers), body: hasBody ? request : null }
  instance.client.dispatch(options, handBack(pool.name, response))
}

function handBack(name: string, response: ServerResponse): Dispatcher.DispatchHandler {
  let left = Number.NaN
  return {
    onRequestStart: controller => {
      response.on('close', () => {
        if (!response.writableFinished) controller.abort(new Error('the caller has gone'))
      })
    },
    onResponseStart: (_controller, status, headers) => {
      left = Number(headers['content-length'])
      response.writeHead(status, forNextHop(headers))
    },
    onResponseData: (controller, chunk) => {
      left -= chunk.length
      // Head and body together, in one call of the system.
      if (left === 0) response.end(chunk)
      else if (!response.write(chunk)) {
        controller.pause()
        response.once('drain', () => controller.resume())
      }
    },
    onResponseEnd: () => {
      if (!response.writableEnded) response.end()
    },
    onResponseError: (_controller, error) => fail(response, `${name}: ${error.message}`),
  }
}

function forNextHop(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const kept: IncomingHttpHeaders = {}
  for (const name in headers) if (!OF_CONNECTION.has(name)) kept[name] = headers[name]
  return kept
}

function fail(response: ServerResponse, message: string): void {
  if (response.headersSent) response.destroy()
  else writeResponse(response, unavailable(message))
}
