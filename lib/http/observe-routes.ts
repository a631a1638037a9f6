import type { Logger } from '../log/logger.ts'
import { TransientError } from '../retry/retry-transient.ts'
import type { Histogram } from '../telemetry/tally.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { inTrace, readTraceparent } from '../telemetry/trace-context.ts'
import type { Handler, HttpRequest, HttpResponse } from './message.ts'
import { problem, unavailable } from './problem.ts'
import type { Routes } from './route.ts'

/** Has each route say how long it takes and what it answers, be a part of its caller's trace, and answer for what its handler throws. */
export function observeRoutes(routes: Routes, telemetry: Telemetry, log: Logger): Routes {
  const observed = Object.entries(routes).map(([key, handler]) => [
    key,
    observe(key, handler, telemetry, log),
  ])
  return Object.fromEntries(observed)
}

function observe(key: string, handler: Handler, { tally, startSpan }: Telemetry, log: Logger): Handler {
  const [method = '', path = ''] = key.split(' ')
  const route = { 'http.request.method': method, 'http.route': path }
  // Kept by status: a route has few, and thousands of requests a second.
  const durations = new Map<number, Histogram>()
  const durationsOf = (status: number): Histogram => {
    const known = durations.get(status)
    if (known !== undefined) return known
    const made = tally.histogram('http.server.request.duration', {
      ...route,
      'http.response.status_code': status,
    })
    durations.set(status, made)
    return made
  }
  return async request => {
    const begin = performance.now()
    const parent = readTraceparent(request.headers['traceparent'])
    const span = startSpan({ name: key, kind: 'server', parent, attributes: route })
    const response = await inTrace(span.context, () => answer(handler, request, log))
    durationsOf(response.status).record((performance.now() - begin) / 1000)
    const failure = response.status >= 500 ? `answered ${response.status}` : undefined
    span.end({ 'http.response.status_code': response.status }, failure)
    return response
  }
}

/** What a handler throws never leaves the process: the caller learns whether to try again, the log why. */
async function answer(handler: Handler, request: HttpRequest, log: Logger): Promise<HttpResponse> {
  try {
    return await handler(request)
  } catch (error) {
    if (error instanceof TransientError) {
      log.warn({ error: error.message }, 'transient fault')
      return unavailable('The service cannot do this at the moment; send the same request again.')
    }
    log.error({ err: error }, 'a bug: the handler failed')
    return problem('internal', 'Something is wrong on our side; it has been logged.')
  }
}
