import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { problem } from '../../../lib/http/problem.ts'
import { writeResponse } from '../../../lib/http/write-response.ts'
import type { RouteRule } from '../wiring.ts'
import { Exchange } from './exchange.ts'
import type { FunctionPool } from './function-pool.ts'

export type Listening = { readonly url: string; close(): Promise<void> }

/** Listens for callers on one port and hands each path to its function, as the load balancer does. */
export async function listenPublic(
  port: number,
  routes: readonly RouteRule[],
  pools: ReadonlyMap<string, FunctionPool>,
): Promise<Listening> {
  const table = routes.map(rule => ({ pool: pools.get(rule.function), pattern: toPattern(rule.path) }))
  return await listen(port, (request, response) => {
    const [path = ''] = (request.url ?? '/').split('?', 1)
    const pool = table.find(({ pattern }) => pattern.test(path))?.pool
    if (pool !== undefined) pool.take(new Exchange(request, response))
    else writeResponse(response, problem('not_found', `No such address: ${path}`))
  })
}

/** Listens for pushes and schedules to one function: its address inside the cluster. */
export async function listenInternal(pool: FunctionPool): Promise<Listening> {
  return await listen(0, (request, response) => pool.take(new Exchange(request, response)))
}

async function listen(port: number, listener: RequestListener): Promise<Listening> {
  const server = createServer(listener)
  // As long as the load balancer's, and longer than any pause between pushes: a connection closed just as one
  // is sent would be a nack.
  server.keepAliveTimeout = 620_000
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${address.port}`, close: () => close(server) }
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

function toPattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}
