import type { Break, Reconnect } from './break.ts'
import { breakBroker } from './break-broker.ts'
import { breakDisk, breakEngine, fillConnections } from './break-engines.ts'
import { breakFunction } from './break-functions.ts'
import { breakWay } from './break-ways.ts'
import type { ChaosStack } from './chaos-stack.ts'
import type { KindName } from './kinds.ts'

/** How each kind is done on a stack. */
export function breaksOf(chaos: ChaosStack, reconnect: Reconnect): Record<KindName, Break> {
  const { ways, engines, stack } = chaos
  const functions = breakFunction(stack.pools)
  const database = { ...breakEngine(engines.mysql), ...breakWay(ways.database) }
  const cache = { ...breakEngine(engines.redis), ...breakWay(ways.cache) }
  const broker = breakBroker(stack, reconnect)
  return {
    ...{ 'kill a function': functions.kill, 'freeze a function': functions.freeze },
    ...{ 'skew a clock': functions.skew, 'roll out': functions.rollOut },
    ...{ 'kill the database': database.kill, 'freeze the database': database.freeze },
    ...{ 'cut the database': database.cut, 'refuse the database': database.refuse },
    ...{ 'slow the database': database.slow, 'silence the database': database.silence },
    'fill the connections': fillConnections(engines.mysql.url, ways.database),
    'refuse writes': breakDisk(chaos),
    ...{ 'kill the cache': cache.kill, 'freeze the cache': cache.freeze, 'cut the cache': cache.cut },
    ...{ 'slow the cache': cache.slow, 'silence the cache': cache.silence },
    ...{ 'kill the broker': broker.kill, 'freeze the broker': broker.freeze },
    ...{ 'lose bells': broker.lose, 'muddle bells': broker.muddle },
  }
}
