import { readWiring } from '../../knative/local/wiring.ts'
import { toSqlTime } from '../../lib/mysql/time.ts'
import { startCallers } from './callers.ts'
import { Cluster } from './cluster.ts'
import { functionStarts } from './functions.ts'
import { SimulatedMysql } from './mysql/database.ts'
import { SimulatedPubsub, type Subscription } from './pubsub.ts'
import { SimulatedRedis } from './redis.ts'
import { findBroken } from './verify.ts'
import { useVirtualTime } from './virtual-time.ts'
import { watch } from './watch.ts'
import { World } from './world.ts'

export type History = {
  readonly seed: number
  readonly steps: number
  readonly transactions: number
  /** What was promised and did not hold. */
  readonly broken: readonly string[]
}

export type HistoryOptions = { readonly seed: number; readonly orders: number; readonly callers: number }

const FAULTY_MS = 60_000
/** Long enough for what was left: the sweeper's period, the back-off of a push, a lock that nobody holds any more. */
const HEALING_MS = 600_000
const SWEEP_MS = 60_000

/** Runs one history: callers and faults for a minute, then none of either, until nothing is left to be done; then looks. */
export async function runHistory({ seed, orders, callers }: HistoryOptions): Promise<History> {
  const world = new World(seed)
  const useRealTime = useVirtualTime(world)
  try {
    const mysql = new SimulatedMysql(world)
    const redis = new SimulatedRedis(world)
    const subscriptions = readWiring().subscriptions as readonly Subscription[]
    const pubsub = new SimulatedPubsub(world, subscriptions, async ({ function: name, path }, body) => {
      return (await cluster.call(name, { route: `POST ${path}`, body })).status
    })
    openAccounts(mysql, world)
    const cluster: Cluster = new Cluster(world, functionStarts({ world, mysql, redis, pubsub }))
    const told = startCallers(world, { cluster, pubsub, count: callers, orders })
    startSweeps(world, cluster)
    const seen = watch({ mysql, redis, pubsub })
    const end = startFaults(world, { cluster, mysql, redis, pubsub })
    await world.runUntil(world.nowMs + FAULTY_MS)
    end()
    await world.runUntil(world.nowMs + HEALING_MS)
    const broken = [...seen.broken, ...cluster.bugs, ...findBroken({ mysql, redis, pubsub, told, seen })]
    return { seed, steps: world.happened, transactions: told.sent.length, broken }
  } finally {
    useRealTime()
  }
}

function openAccounts({ tables: { accounts } }: SimulatedMysql, world: World): void {
  for (const account of ['anna', 'bert', 'cleo', 'dora', 'emil', 'world:USD']) {
    accounts.rows.set(account, {
      ...{ account_id: account, user_id: null, account_type: 'CHECKING', currency: 'USD', status: 'ACTIVE' },
      ...{ balance: '0.0000', held: '0.0000', overdraft_limit: account === 'world:USD' ? null : '20.0000' },
      ...{ version: 0, created_at: toSqlTime(world.now), updated_at: toSqlTime(world.now) },
    })
  }
}

function startSweeps(world: World, cluster: Cluster): void {
  const sweep = () => {
    cluster.call('sweeper', { route: 'POST /' }).catch(() => undefined)
    world.schedule(SWEEP_MS, sweep)
  }
  world.schedule(world.random() * SWEEP_MS, sweep)
}

type Faulty = { cluster: Cluster; mysql: SimulatedMysql; redis: SimulatedRedis; pubsub: SimulatedPubsub }

/** Kills, and changes what fails and how often, every few seconds. Answers how to end it. */
function startFaults(world: World, { cluster, mysql, redis, pubsub }: Faulty): () => void {
  let isOver = false
  const set = (probability: () => number) => {
    mysql.faults.lossProbability = probability()
    redis.faults.failureProbability = probability() * 4
    pubsub.faults.failureProbability = probability()
    pubsub.faults.doubleProbability = probability()
    pubsub.faults.lossProbability = probability() / 2
  }
  const strike = () => {
    if (isOver) return
    set(() => (world.chance(0.5) ? world.random() * 0.1 : 0))
    const { instances } = cluster
    const victim = instances[world.pick(instances.length)]
    if (victim !== undefined && world.chance(0.7)) cluster.kill(victim)
    if (world.chance(0.1)) redis.flush()
    world.schedule(world.random() * 5000, strike)
  }
  world.schedule(0, strike)
  return () => {
    isOver = true
    set(() => 0)
  }
}
