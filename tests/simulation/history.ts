import { readWiring } from '../../knative/local/wiring.ts'
import { ACCOUNTS, accountRow } from './accounts.ts'
import { startCallers } from './callers.ts'
import { Cluster } from './cluster.ts'
import { functionStarts } from './functions.ts'
import { SimulatedMysql } from './mysql/database.ts'
import { SimulatedPubsub } from './pubsub.ts'
import { SimulatedRedis } from './redis.ts'
import { findBroken, findWrongCopies } from './verify.ts'
import { useVirtualTime } from './virtual-time.ts'
import { watch } from './watch.ts'
import { World } from './world.ts'

export type History = {
  readonly seed: number
  readonly steps: number
  /** The ids of the transactions that were sent. */
  readonly transactions: readonly string[]
  /** How many faults were drawn for it. */
  readonly faults: number
  /** What happened, and the statements that the database was given; of a history that is traced. */
  readonly trace: readonly string[]
  readonly statements: readonly string[]
  /** What was promised and did not hold. */
  readonly broken: readonly string[]
}

export type HistoryOptions = {
  readonly seed: number
  readonly orders: number
  readonly callers: number
  /** What is left of it, by numbers: all of it if they are not given. */
  readonly onlyOrders?: ReadonlySet<string>
  readonly onlyFaults?: ReadonlySet<number>
  readonly traces?: boolean
}

const FAULTY_MS = 60_000
/** Long enough for what was left: the sweeper's period, the back-off of a push, a lock that nobody holds any more. */
const HEALING_MS = 600_000
const SWEEP_MS = 60_000
/** By then what was left untold has been told: a few sweeps. */
const COPIES_RIGHT_MS = 200_000

/** Runs one history: callers and faults for a minute, then none of either, until nothing is left to be done; then looks. */
export async function runHistory(options: HistoryOptions): Promise<History> {
  const { seed, orders, callers, onlyOrders } = options
  const world = new World(seed, options)
  const useRealTime = useVirtualTime(world)
  try {
    const mysql = new SimulatedMysql(world)
    const redis = new SimulatedRedis(world)
    const subscriptions = readWiring().subscriptions
    const pubsub = new SimulatedPubsub(world, subscriptions, async ({ function: name, path }, body) => {
      return (await cluster.call(name, { route: `POST ${path}`, body })).status
    })
    openAccounts(mysql, world)
    const cluster: Cluster = new Cluster(world, functionStarts({ world, mysql, redis, pubsub }))
    const told = startCallers(world, {
      cluster,
      pubsub,
      count: callers,
      orders,
      ...(onlyOrders && { onlyOrders }),
    })
    startSweeps(world, cluster)
    const seen = watch({ mysql, redis, pubsub })
    const end = startFaults(world, { cluster, mysql, redis, pubsub })
    await world.runUntil(world.nowMs + FAULTY_MS)
    end()
    await world.runUntil(world.nowMs + COPIES_RIGHT_MS)
    // A cache that lost all it had may have taken an old version since, and keeps it for a time.
    const stale = redis.losses === 0 ? findWrongCopies(mysql, redis) : []
    await world.runUntil(world.nowMs + HEALING_MS)
    const ended = findBroken({ mysql, redis, pubsub, told, seen })
    const broken = [...seen.broken, ...cluster.bugs, ...stale, ...ended]
    const { happened: steps, faults, trace } = world
    const transactions = told.sent.map(({ transactionId }) => transactionId)
    const statements = options.traces === true ? [...mysql.texts] : []
    return { seed, steps, transactions, faults, trace, statements, broken }
  } finally {
    useRealTime()
  }
}

function openAccounts({ tables: { accounts } }: SimulatedMysql, world: World): void {
  for (const accountId of ACCOUNTS) accounts.rows.set(accountId, accountRow(accountId, world.now))
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
  const chances = world.chancesOf('strikes')
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
    set(() => (chances.chance(0.5) ? chances.random() * 0.1 : 0))
    const { instances } = cluster
    const victim = instances[chances.pick(instances.length)]
    if (victim !== undefined && world.fault(`${victim.process.name} is killed`, 0.7)) cluster.kill(victim)
    if (world.fault('Redis loses all it has', 0.1)) redis.lose()
    world.schedule(chances.random() * 5000, strike)
  }
  world.schedule(0, strike)
  return () => {
    isOver = true
    set(() => 0)
  }
}
