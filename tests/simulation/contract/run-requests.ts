import type { Caller } from '../../../lib/auth/caller.ts'
import type { Database } from '../../../lib/mysql/connect.ts'
import { findWaitingGroups } from '../../../lib/mysql/find-waiting-groups.ts'
import { until } from '../../support/until.ts'
import type { Starts } from '../cluster.ts'
import { functionStarts, SETTINGS } from '../functions.ts'
import { POISON } from '../mysql/tables.ts'
import { SimulatedPubsub } from '../pubsub.ts'
import { SimulatedRedis } from '../redis.ts'
import { World } from '../world.ts'
import { type Asked, pump } from './both-databases.ts'

const CALLER: Caller = { id: 'caller', scopes: new Set(['transactions:write', 'read', 'ops', 'all']) }
const BEGIN = Date.UTC(2026, 0, 1)

/**
 * Sends the functions one request after another that between them ask the database all that a history does. Redis and Pub/Sub
 * are simulated, and time stands still between two requests. Answers what went wrong by a bug.
 */
export async function runRequests(db: Database, log: readonly Asked[]): Promise<unknown[]> {
  const world = new World(1)
  const clock = { ms: BEGIN }
  const redis = new SimulatedRedis(world)
  const pubsub = new SimulatedPubsub(world, [], async () => 200)
  const now = () => new Date(clock.ms)
  const bugs: unknown[] = []
  const send = sender(
    functionStarts({ world, redis, pubsub, mysql: { connect: () => db }, now, looks: false }),
    {
      run: pump(world),
      clock,
      bugs,
    },
  )
  const ring = async (name: string, afterEach: () => Promise<void>) => {
    for (let group = 0; group < SETTINGS.orderingGroups; group += 1) {
      await send(name, 'POST /', push({ group, lastSeq: 1000 }))
      await afterEach()
    }
  }
  const drain = (name: string) =>
    ring(name, () => until('the outbox is empty', () => outboxOf(log).size === 0))
  await acceptAndDrain(send, drain)
  pubsub.faults.failureProbability = 1
  // What cannot be published stays in the outbox, and what nobody rings for PENDING.
  await post(send, transfer('untold', 'anna', 'bert'))
  await ring('worker', async () => undefined)
  await post(send, transfer('unrung', 'bert', 'anna'))
  await findWaitingGroups(db)
  pubsub.faults.failureProbability = 0
  clock.ms += 60_000
  await send('sweeper', 'POST /', '')
  await drain('worker')
  return bugs
}

type Sending = {
  readonly run: <T>(work: Promise<T>) => Promise<T>
  readonly clock: { ms: number }
  readonly bugs: unknown[]
}

function sender(starts: Starts, { run, clock, bugs }: Sending): Send {
  const routes = new Map(Object.entries(starts).map(([name, { start }]) => [name, start()]))
  return async (name, route, body, params = {}) => {
    clock.ms += 1000
    const { handle } = routes.get(name)?.[route] ?? fail(`${name} has no ${route}`)
    const [method = '', path = ''] = route.split(' ')
    const json = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
    const headers = { 'content-type': 'application/json' }
    const request = { method, path, params, headers, query: new URLSearchParams(), body: json }
    await run(Promise.resolve(handle(request, CALLER))).catch(error => bugs.push(error))
  }
}

type Send = (name: string, route: string, body: unknown, params?: Record<string, string>) => Promise<void>

async function acceptAndDrain(send: Send, drain: (name: string) => Promise<void>): Promise<void> {
  await post(send, {
    type: 'deposit',
    transactionId: 'd',
    destinationAccountId: 'anna',
    amount: 50,
    currency: 'USD',
  })
  await post(send, transfer('spent', 'anna', 'bert', 40))
  await post(send, transfer('spent', 'anna', 'bert', 40))
  await post(send, transfer('spent', 'anna', 'bert', 41))
  await post(send, transfer('too-much', 'cleo', 'bert', 4000))
  await post(send, { ...transfer('held', 'bert', 'dora', 5), type: 'hold' })
  await post(send, {
    ...transfer('short', 'bert', 'dora', 5),
    type: 'hold',
    expiresAt: '2026-01-01T00:00:20Z',
  })
  const many = [
    transfer('b1', 'dora', 'emil'),
    transfer('b2', 'emil', 'nobody'),
    transfer('b1', 'dora', 'emil'),
  ]
  await send('ingest', 'POST /api/v1/transactions/batch', { transactions: many })
  await send('ingest', 'POST /events/transactions', push(transfer('e1', 'emil', 'anna')))
  await send('ingest', 'POST /events/transactions', push({ transactionId: 'rubbish' }))
  await send('ingest', 'POST /events/transactions', push({ transactionId: 'rubbish' }))
  await send('status', 'GET /api/v1/transactions/{transactionId}/status', '', { transactionId: 'spent' })
  await send('status', 'GET /api/v1/accounts/{accountId}/balance', '', { accountId: 'anna' })
  await drain('worker')
  await post(send, { type: 'capture', transactionId: 'captured', parentTransactionId: 'held', amount: 3 })
  await post(send, { type: 'reversal', transactionId: 'back', parentTransactionId: 'spent', amount: 4 })
  await post(send, { type: 'reversal', transactionId: 'orphan', parentTransactionId: 'nothing' })
  await post(send, { ...transfer('poison', 'anna', 'bert'), metadata: POISON })
  await post(send, transfer('behind', 'anna', 'bert'))
  await post(send, transfer('beside', 'dora', 'bert'))
  await post(send, { type: 'void', transactionId: 'voided', parentTransactionId: 'short' })
  for (const accountId of ['anna', 'bert'])
    await send('status', 'GET /api/v1/accounts/{accountId}/balance', '', { accountId })
  await drain('worker')
  await drain('dead-letter')
  await send('sweeper', 'POST /', '')
  await drain('worker')
}

/** The rows that are in the outbox, by what was asked. */
function outboxOf(log: readonly Asked[]): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const { sql, bindings, simulated } of log) {
    if (sql.startsWith('INSERT INTO outbox')) ids.add(String((simulated as { insertId: number }).insertId))
    if (sql.startsWith('DELETE FROM outbox'))
      for (const id of (bindings as string[][])[0] ?? []) ids.delete(id)
  }
  return ids
}

function post(send: Send, transaction: object): Promise<void> {
  return send('ingest', 'POST /api/v1/transactions/process', transaction)
}

function transfer(transactionId: string, sourceAccountId: string, destinationAccountId: string, amount = 1) {
  return { transactionId, type: 'transfer', sourceAccountId, destinationAccountId, amount, currency: 'USD' }
}

function push(data: object): object {
  const message = {
    messageId: '1',
    data: Buffer.from(JSON.stringify(data)).toString('base64'),
    attributes: {},
  }
  return { message, deliveryAttempt: 1 }
}

function fail(why: string): never {
  throw new Error(why)
}
