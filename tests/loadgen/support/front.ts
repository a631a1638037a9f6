import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { readWiring } from '../../../knative/local/wiring.ts'
import type { Pipeline } from '../../support/pipeline.ts'

/** One address for all public endpoints of a pipeline, as the load balancer gives. */
export type Front = {
  readonly url: string
  /** The paths of what has been answered whole. */
  readonly ended: readonly string[]
  close(): Promise<void>
}

/** Answers a request in the service's stead; undefined lets it through. */
export type Intercept = (method: string, path: string) => Instead | Promise<Instead>
type Instead = { status: number; body: unknown } | undefined

export async function startFront(pipeline: Pipeline, intercept: Intercept = () => undefined): Promise<Front> {
  const table = readWiring().routes.map(route => ({
    pattern: new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    url: pipeline.urls.get(route.function),
  }))
  const ended: string[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = 'GET', url: path = '/' } = request
    const instead = await intercept(method, path)
    if (instead !== undefined) {
      response.writeHead(instead.status).end(JSON.stringify(instead.body))
      return
    }
    const [address = ''] = path.split('?')
    const target = table.find(({ pattern }) => pattern.test(address))?.url
    const body = method === 'GET' ? undefined : new Uint8Array(await buffer(request))
    const passed = ['authorization', 'prefer', 'last-event-id'].flatMap(name => {
      const value = request.headers[name]
      return typeof value === 'string' ? [[name, value] as const] : []
    })
    const headers = { 'content-type': 'application/json', ...Object.fromEntries(passed) }
    const leaving = new AbortController()
    response.once('close', () => leaving.abort())
    const { signal } = leaving
    const answered = await fetch(`${target}${path}`, { method, headers, signal, ...(body && { body }) })
    response.writeHead(answered.status)
    // Passed on as it comes: a stream need not end.
    for await (const chunk of answered.body ?? []) response.write(chunk)
    response.end()
    ended.push(path)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(error => {
      if (response.headersSent) response.destroy()
      else response.writeHead(503).end(JSON.stringify({ error: String(error) }))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    ended,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
