import domain from 'node:domain'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'

/*
 * Everything we do about the Functions Framework stands here.
 *
 * 1. It makes a `domain` for each request, which turns on async hooks for every promise of the process and
 *    costs up to ten times the throughput (docs/surprises.md has the figures). So `domain.create` is replaced, before
 *    the framework is loaded, by an object that only runs what it is given. What the domain was there for, catching a
 *    handler's stray errors, `serve` does: it answers a handler's own failure with 500, and ends the process, after
 *    what is in flight, on an error that belongs to nobody.
 * 2. Its command line exits on SIGTERM with requests in flight and takes bodies of 1 GB. So we take the server from
 *    its testing door and listen ourselves, and read bodies, within our limit, before it sees the request.
 * 3. Before it invokes the function it does eleven things to a request, of which we need none: five parsers of bodies, a
 *    context for its own log, a listener for the end of an answer. What that leaves behind costs pauses of the garbage
 *    collector (docs/surprises.md has the figures). So we leave them out.
 */
type Run = <T>(work: () => T) => T
const passThrough = {
  run: (work => work()) as Run,
  on: () => passThrough,
  bind: <T>(work: T) => work,
  dispose: () => undefined,
}
domain.create = () => passThrough as unknown as domain.Domain

const functions = await import('@google-cloud/functions-framework')
const { getTestServer } = await import('@google-cloud/functions-framework/testing')

export type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** As much of Express as we touch. */
type ExpressApp = Listener & { readonly router: { stack: readonly unknown[] } }

/** Registers a function of the `http` signature under a name, as the framework knows it by FUNCTION_TARGET. */
export function registerFunction(name: string, listener: Listener): void {
  functions.http(name, listener)
}

/** The framework's server for a registered function, not listening yet, and the listener that invokes it. */
export function frameworkServer(name: string): { server: Server; invoke: Listener } {
  const server = getTestServer(name)
  const [app] = server.listeners('request') as ExpressApp[]
  if (app === undefined) throw new Error('the framework made a server without a listener')
  // The last is what invokes the function.
  app.router.stack = app.router.stack.slice(-1)
  server.removeAllListeners('request')
  return { server, invoke: app }
}
