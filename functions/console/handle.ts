import { forCallers, type GuardedRoutes } from '../../lib/auth/access.ts'
import { pageRoutes } from './page-routes.ts'
import { type FigureSources, showFigures } from './show-figures.ts'
import { showTimeline, type TimelineSources } from './show-timeline.ts'

export type ConsoleParts = FigureSources & TimelineSources

/** Shows operators whether money is moving, on a page of its own, and what one transaction has gone through. */
export function createRoutes(parts: ConsoleParts): GuardedRoutes {
  return {
    ...pageRoutes(),
    'GET /api/v1/figures': forCallers('ops', request => showFigures(parts, request)),
    'GET /api/v1/transactions/{transactionId}/timeline': forCallers('read', (request, caller) =>
      showTimeline(parts, request, caller),
    ),
  }
}
