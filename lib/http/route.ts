import type { Handler, HttpRequest, HttpResponse } from './message.ts'
import { noAddress } from './not-found.ts'
import { problem } from './problem.ts'

/** What a function answers: method and path, with `{name}` for the parts that vary. */
export type Routes = Readonly<Record<string, Handler>>

type Route = {
  readonly method: string
  readonly segments: readonly string[]
  readonly handler: Handler
}

/**
 * Makes one handler of many. Unknown paths get 404; a known path with another method gets 405 with `Allow`.
 * Routes that name a segment literally win over those that leave it open, whatever their order.
 */
export function routeRequests(
  routes: Routes,
): (request: Omit<HttpRequest, 'params'>) => Promise<HttpResponse> {
  const table = Object.entries(routes).map(([key, handler]) => parseRoute(key, handler))
  table.sort((a, b) => openSegments(a) - openSegments(b))
  return async request => {
    const path = request.path.split('/')
    const matches = table.filter(route => matchesPath(route, path))
    const route = matches.find(({ method }) => method === request.method)
    if (route !== undefined) {
      const params = readParams(route, path)
      if (params === undefined) return noAddress(request)
      return await route.handler({ ...request, params })
    }
    if (matches.length === 0) return noAddress(request)
    const allow = matches.map(({ method }) => method).join(', ')
    return problem('method_not_allowed', `Use ${allow} here, not ${request.method}`, { headers: { allow } })
  }
}

function parseRoute(key: string, handler: Handler): Route {
  const [method = '', path = ''] = key.split(' ')
  return { method, segments: path.split('/'), handler }
}

function isOpen(segment: string): boolean {
  return segment.startsWith('{')
}

function openSegments(route: Route): number {
  return route.segments.filter(isOpen).length
}

function matchesPath({ segments }: Route, path: readonly string[]): boolean {
  return (
    segments.length === path.length &&
    segments.every((segment, index) => (isOpen(segment) ? path[index] !== '' : segment === path[index]))
  )
}

/** Undefined when a part cannot be decoded: then it names nothing. */
function readParams({ segments }: Route, path: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {}
  for (const [index, segment] of segments.entries()) {
    if (!isOpen(segment)) continue
    try {
      params[segment.slice(1, -1)] = decodeURIComponent(path[index] ?? '')
    } catch {
      return undefined
    }
  }
  return params
}
