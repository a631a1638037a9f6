import type { GuardedRoutes } from '../../lib/auth/access.ts'
import { pageRoutes } from './page-routes.ts'

/** Shows operators whether money is moving, on a page of its own. */
export function createRoutes(): GuardedRoutes {
  return pageRoutes()
}
