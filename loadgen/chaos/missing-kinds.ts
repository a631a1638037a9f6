import { findMysqlServer } from '../../knative/local/engines/mysql-server.ts'
import { findRedisServer } from '../../knative/local/engines/redis-server.ts'
import type { DiskLimit } from './disk-limit.ts'
import type { KindName } from './kinds.ts'

/** Why each of these cannot be had. */
export type Missing = Readonly<Partial<Record<KindName, string>>>

const IN_CONTAINER = 'runs in a container, whose process a signal does not reach'

/** The kinds that cannot be had on this machine, with the engines that have been started: a fault that does nothing proves nothing. */
export function missingKinds({
  surroundings,
  missing,
}: Pick<DiskLimit, 'surroundings' | 'missing'>): Missing {
  const { places } = surroundings
  return {
    ...(missing && { 'refuse writes': missing }),
    ...(findMysqlServer(places) === undefined && { 'freeze the database': `it ${IN_CONTAINER}` }),
    ...(findRedisServer(places) === undefined && { 'freeze the cache': `it ${IN_CONTAINER}` }),
  }
}
