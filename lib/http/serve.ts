import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from '../log/logger.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { frameworkServer, registerFunction } from './framework.ts'
import type { HttpResponse } from './message.ts'
import { observeRoutes } from './observe-routes.ts'
import { problem } from './problem.ts'
import { readBody } from './read-body.ts'
import { type Routes, routeRequests } from './route.ts'
import { Work } from './work.ts'
import { writeResponse } from './write-response.ts'

export type ServeOptions = {
  readonly name: string
  readonly port: number
  readonly maxBodyBytes: number
  /** How long a request may take to arrive. */
  readonly requestSeconds: number
  /** Paths that Pub/Sub pushes to: their bodies may be as large as a message can be. */
  readonly pushPaths?: readonly string[]
  readonly routes: Routes
  /** Ends the answers that would not end by themselves, and begins no new ones; called when draining begins. */
  readonly endStreams?: () => void
  readonly log: Logger
  readonly telemetry: Telemetry
}

export type RunningServer = {
  readonly port: number
  /** Takes no new request, lets those in flight finish, and resolves when the last has been answered. */
  drain(): Promise<void>
  /** Calls back when the first answer has been sent. */
  onceAnswered(callback: () => void): void
  /** Cuts every connection. */
  cut(): void
}

/**
 * A message of 10 MB, the largest there is, in base64, with room for its envelope. A push that is refused for its size
 * would come again and again, and block those behind it.
 */
const MAX_PUSH_BYTES = 15_000_000

const requestBodies = new WeakMap<IncomingMessage, Buffer>()

/** Serves a function's routes through the Functions Framework, and resolves once it listens. */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { name, port, maxBodyBytes, requestSeconds, pushPaths = [], endStreams, log } = options
  const answer = answerRequests(options)
  let draining = false
  const write = (response: ServerResponse, result: HttpResponse) => {
    if (draining) response.setHeader('connection', 'close')
    writeResponse(response, result)
  }
  const work = new Work()
  registerFunction(name, (request, response) => {
    work.begin()
    void answer(request).then(result => {
      write(response, result)
      work.end()
    })
  })
  const { server, invoke } = frameworkServer(name)

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const maxBytes = pushPaths.includes(request.url ?? '/') ? MAX_PUSH_BYTES : maxBodyBytes
    readBody(request, { maxBytes, seconds: requestSeconds }).then(
      body => {
        if (body === 'too_large') return refuseBody(request, response, tooLarge(maxBytes))
        if (body === 'too_slow') return refuseBody(request, response, tooSlow(requestSeconds))
        requestBodies.set(request, body)
        if (reachesHandler(request.url ?? '/')) invoke(request, response)
        else write(response, problem('not_found', 'There is nothing at this address.'))
      },
      // Nobody is left to answer.
      error => log.debug({ error: String(error) }, 'request cut off'),
    )
  })
  setTimeouts(server, requestSeconds)
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, resolve))

  return {
    port: (server.address() as AddressInfo).port,
    onceAnswered: callback => {
      server.once('request', (_, response: ServerResponse) => response.once('close', callback))
    },
    cut: () => server.closeAllConnections(),
    drain: async () => {
      draining = true
      endStreams?.()
      await new Promise<void>(resolve => server.close(() => resolve()))
      // What is done for a caller that has gone has no connection, and goes on.
      await work.done()
    },
  }
}

/**
 * What Express would answer itself: an address that it cannot decode, with a page of HTML and a stack trace; one that
 * is no path, with a page.
 */
function reachesHandler(url: string): boolean {
  if (!url.startsWith('/')) return false
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '')
    return true
  } catch {
    return false
  }
}

/** Google's load balancer keeps idle connections for 600 s: closing them earlier shows as sporadic 502s. */
function setTimeouts(server: Server, requestSeconds: number): void {
  server.keepAliveTimeout = 620_000
  // Node looks at these each 30 s only: they are for headers; `readBody` watches over bodies.
  server.headersTimeout = 15_000
  server.requestTimeout = (requestSeconds + 15) * 1000
}

function answerRequests({ routes, log, telemetry }: ServeOptions) {
  const route = routeRequests({
    'GET /healthz': () => ({ status: 200, body: { status: 'ok' } }),
    ...observeRoutes(routes, telemetry, log),
  })
  return async (request: IncomingMessage): Promise<HttpResponse> => {
    // Split, not parsed as a URL: `..` and `//` are parts of a path here, never directions.
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2)
    return await route({
      method: request.method ?? 'GET',
      path,
      query: new URLSearchParams(query),
      headers: request.headers,
      body: requestBodies.get(request) ?? Buffer.alloc(0),
    })
  }
}

function tooLarge(maxBytes: number): HttpResponse {
  return problem('payload_too_large', `The request body is larger than ${maxBytes} bytes.`)
}

function tooSlow(seconds: number): HttpResponse {
  return problem('request_timeout', `The request had not arrived whole after ${seconds} s.`)
}

/** Answers before the body has arrived whole; the rest of it is not read, so the connection ends here. */
function refuseBody(request: IncomingMessage, response: ServerResponse, refusal: HttpResponse): void {
  response.setHeader('connection', 'close')
  writeResponse(response, refusal)
  // Read and dropped for a moment: a sender that is cut off while it writes would never see the answer.
  response.once('finish', () => {
    request.resume()
    const cut = setTimeout(() => request.destroy(), 1000)
    request.once('close', () => clearTimeout(cut))
  })
}
