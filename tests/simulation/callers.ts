import type { HttpResponse } from '../../lib/http/message.ts'
import type { Chances } from './chances.ts'
import type { Cluster } from './cluster.ts'
import { POISON } from './mysql/tables.ts'
import type { SimulatedPubsub } from './pubsub.ts'
import type { World } from './world.ts'

type Order = { readonly transactionId: string; readonly type: string } & Readonly<Record<string, unknown>>

/** What callers know: what they sent, and what they were told of it. */
export type Told = {
  /** When a transaction was answered 202: durable, whatever happens from then on. */
  readonly acceptedMs: Map<string, number>
  /** When it was sent for the first time, its place in what was sent with it, and whether it follows up another. */
  readonly sentMs: Map<
    string,
    { readonly atMs: number; readonly place: number; readonly isFollowUp: boolean }
  >
  readonly sent: Order[]
}

type CallersOptions = {
  readonly cluster: Cluster
  readonly pubsub: SimulatedPubsub
  readonly count: number
  readonly orders: number
  /** The orders that are sent, by their numbers; all of them if it is not given. */
  readonly onlyOrders?: ReadonlySet<string>
}

const ACCOUNTS = ['anna', 'bert', 'cleo', 'dora', 'emil'] as const
const POISON_PROBABILITY = 0.01
const READS = 3
const THINK_MS = 400
const RETRY_MS = 500
const TRIES = 40

/** Sends transactions of all types, alone, in batches and as events, and again with the same id until it is answered. */
export function startCallers(
  world: World,
  { cluster, pubsub, count, orders, onlyOrders }: CallersOptions,
): Told {
  const told: Told = { acceptedMs: new Map(), sentMs: new Map(), sent: [] }
  const drawn = Array.from({ length: count }, () => 0)
  const next = (caller: number, chances: Chances): Order[] => {
    drawn[caller] = (drawn[caller] ?? 0) + 1
    const transactionId = `t${caller}.${drawn[caller]}`
    const order = drawOrder(world, chances, transactionId, told.sent)
    if (onlyOrders?.has(transactionId) === false) return []
    told.sent.push(order)
    const isFollowUp = order['parentTransactionId'] !== undefined
    told.sentMs.set(order.transactionId, { atMs: world.nowMs, place: told.sent.length, isFollowUp })
    return [order]
  }
  for (let caller = 0; caller < count; caller += 1) {
    const chances = world.chancesOf(`caller ${caller}`)
    const goOn = async (left: number): Promise<void> => {
      if (left <= 0) return
      const chance = chances.random()
      const isBatch = chance >= 0.15 && chance < 0.4
      const length = isBatch ? 2 + chances.pick(4) : 1
      const batch = Array.from({ length }, () => next(caller, chances)).flat()
      for (const order of batch) world.note(() => `caller ${caller} sends ${describe(order)}`)
      if (chance < 0.15) for (const order of batch) await publishEvent(pubsub, order)
      else if (batch.length > 0) await post(world, cluster, batch, told)
      world.schedule(chances.random() * THINK_MS, () => void goOn(left - 1))
    }
    world.schedule(chances.random() * THINK_MS, () => void goOn(Math.ceil(orders / count)))
  }
  return told
}

/** The topic promises nothing to a publisher that fails: the same event is published again. */
async function publishEvent(pubsub: SimulatedPubsub, order: Order): Promise<void> {
  const message = {
    data: JSON.stringify(order),
    orderingKey: String(order['sourceAccountId'] ?? order['parentTransactionId']),
  }
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      return await pubsub.publisher().publish('transactions', message)
    } catch {}
  }
}

async function post(world: World, cluster: Cluster, batch: readonly Order[], told: Told): Promise<void> {
  const [first] = batch
  const call =
    batch.length === 1
      ? { route: 'POST /api/v1/transactions/process', body: Buffer.from(JSON.stringify(first)) }
      : {
          route: 'POST /api/v1/transactions/batch',
          body: Buffer.from(JSON.stringify({ transactions: batch })),
        }
  for (let tries = 0; tries < TRIES; tries += 1) {
    const answer = await cluster
      .call('ingest', { ...call, headers: { 'content-type': 'application/json' } })
      .catch(() => undefined)
    if (answer !== undefined && answer.status < 500) {
      world.note(() => `${batch.map(({ transactionId }) => transactionId)} answered ${answer.status}`)
      learn(world, answer, batch, told)
      return await readStatus(world, cluster, first)
    }
    await new Promise<void>(resolve => world.schedule(RETRY_MS, resolve))
  }
}

function learn(
  world: World,
  { status, body }: HttpResponse,
  batch: readonly Order[],
  { acceptedMs }: Told,
): void {
  if (status !== 202 && status !== 200) return
  const { results } = body as { results?: readonly { outcome: string; transactionId: string }[] }
  if (results === undefined) for (const { transactionId } of batch) acceptedMs.set(transactionId, world.nowMs)
  for (const { outcome, transactionId } of results ?? []) {
    if (outcome === 'accepted' || outcome === 'duplicate') acceptedMs.set(transactionId, world.nowMs)
  }
}

/** Asks a few times what has become of it: each answer may fill the cache. */
async function readStatus(world: World, cluster: Cluster, order: Order | undefined): Promise<void> {
  const params = { transactionId: order?.transactionId ?? '' }
  for (let reads = 0; reads < READS; reads += 1) {
    await cluster
      .call('status', { route: 'GET /api/v1/transactions/{transactionId}/status', params })
      .catch(() => undefined)
    await new Promise<void>(resolve => world.schedule(world.random() * 50, resolve))
  }
}

/**
 * Whether one was accepted before the other was sent, or stood before it in the same request: then it has to come first. Not if it
 * is a follow-up: refused for want of its parent, in a try whose answer was lost, it may be accepted in the next try, behind the rest.
 */
export function comesBefore({ acceptedMs, sentMs }: Told, one: string, other: string): boolean {
  const [first, second] = [sentMs.get(one), sentMs.get(other)]
  if (first === undefined || second === undefined) return false
  if (acceptedMs.has(one) && first.atMs === second.atMs)
    return !first.isFollowUp && first.place < second.place
  return (acceptedMs.get(one) ?? Number.POSITIVE_INFINITY) < second.atMs
}

function describe({ transactionId, type, ...rest }: Order): string {
  const parts = [rest['parentTransactionId'], rest['sourceAccountId'], rest['destinationAccountId']]
  const sides = parts.filter(part => part !== undefined).join(' → ')
  return [transactionId, type, sides, rest['amount'], rest['expiresAt'] && 'expires']
    .filter(Boolean)
    .join(' ')
}

function drawOrder(world: World, chances: Chances, transactionId: string, sent: readonly Order[]): Order {
  const account = () => ACCOUNTS[chances.pick(ACCOUNTS.length)] ?? 'anna'
  const amount = String(1 + chances.pick(60))
  const chance = chances.random()
  const parents = sent.filter(({ type }) => type === 'hold' || type === 'transfer')
  const parent = parents[chances.pick(parents.length)]
  if (chance < 0.2 && parent !== undefined) {
    const type = parent.type === 'transfer' ? 'reversal' : chances.chance(0.5) ? 'capture' : 'void'
    return { transactionId, type, parentTransactionId: parent.transactionId }
  }
  const currency = 'USD'
  if (chance < 0.3)
    return { transactionId, type: 'deposit', destinationAccountId: account(), amount, currency }
  const sourceAccountId = account()
  if (chance < 0.35) return { transactionId, type: 'withdrawal', sourceAccountId, amount, currency }
  const others = ACCOUNTS.filter(other => other !== sourceAccountId)
  const destinationAccountId = others[chances.pick(others.length)] ?? 'bert'
  const type = chance < 0.5 ? 'hold' : 'transfer'
  const isShort = type === 'hold' && chances.chance(0.3)
  const expiresAt = new Date(world.nowMs + chances.pick(60_000)).toISOString()
  const sides = { sourceAccountId, destinationAccountId }
  const rest = {
    ...(isShort && { expiresAt }),
    ...(chances.chance(POISON_PROBABILITY) && { metadata: POISON }),
  }
  return { transactionId, type, ...sides, amount, currency, ...rest }
}
