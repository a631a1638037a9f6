import type { Redis } from 'ioredis'
import { readUntold } from '../../lib/drain/keep-untold.ts'
import { type Listeners, tellAndForget } from '../../lib/drain/tell.ts'
import { countDeadLetters } from '../../lib/mysql/find-dead-letters.ts'
import { findPendingGroups } from '../../lib/mysql/find-pending-groups.ts'
import { countOutbox, findOutbox } from '../../lib/mysql/outbox.ts'
import { ringAll } from '../../lib/pubsub/ring-all.ts'
import { withLock } from '../../lib/redis/with-lock.ts'
import type { Telemetry } from '../../lib/telemetry/telemetry.ts'
import { expireHolds } from './expire-holds.ts'

export type SweepParts = Listeners & {
  readonly redis: Redis
  readonly pendingTopic: string
  readonly sweepAgeSeconds: number
  readonly retrySeconds: number
  readonly newToken: () => string
}

/** What a sweep found and did; `skipped` if another one was at it. */
export type Sweep =
  | { readonly skipped: true }
  | {
      readonly skipped: false
      readonly rungGroups: number
      readonly toldBatches: number
      readonly expiredHolds: number
      readonly oldestPendingSeconds: number
      readonly pending: number
      readonly outbox: number
      readonly deadLetters: number
    }

const OUTBOX_PAGE = 100
/** Longer than a sweep takes, shorter than the minute between two. */
const LOCK_MILLISECONDS = 50_000

/**
 * Rings the groups whose oldest PENDING transaction is old, tells the batches whose telling was cut short, and ends the
 * holds that have expired. Safe to run twice at once; the lock only saves the work.
 */
export async function sweep(parts: SweepParts): Promise<Sweep> {
  const lock = { name: 'sweeper', token: parts.newToken(), milliseconds: LOCK_MILLISECONDS }
  return (await withLock(parts.redis, lock, () => sweepNow(parts))) ?? { skipped: true }
}

async function sweepNow(parts: SweepParts): Promise<Sweep> {
  const { now, sweepAgeSeconds, telemetry, log } = parts
  const before = new Date(now().getTime() - sweepAgeSeconds * 1000)
  const gauges = await readGauges(parts)
  const rungGroups = await ringOldGroups(parts, before)
  const toldBatches = await tellOldBatches(parts, before)
  const expiredHolds = await expireHolds(parts, now())
  const done = { rungGroups, toldBatches, expiredHolds, ...gauges }
  setGauges(telemetry, gauges)
  log.info(done, 'swept')
  return { skipped: false, ...done }
}

async function ringOldGroups(parts: SweepParts, before: Date): Promise<number> {
  const groups = await findPendingGroups(parts.db, before)
  const doorbells = groups.map(({ orderingGroup: group, lastSeq }) => ({ group, lastSeq }))
  return groups.length - (await ringAll(parts, doorbells))
}

/** In order, because results are told in order; stops at the first that fails. */
async function tellOldBatches(parts: SweepParts, before: Date): Promise<number> {
  let told = 0
  for (;;) {
    const rows = await findOutbox(parts.db, before, OUTBOX_PAGE)
    for (const { id, payload } of rows) {
      const batch = await readUntold(parts.db, payload)
      if (!(await tellAndForget(parts, { outboxId: id, batch }))) return told
      told += 1
    }
    if (rows.length < OUTBOX_PAGE) return told
  }
}

type Gauges = Awaited<ReturnType<typeof readGauges>>

function setGauges({ tally }: Telemetry, gauges: Gauges): void {
  tally.gauge('settle.pending.age', {}).set(gauges.oldestPendingSeconds)
  tally.gauge('settle.pending.transactions', {}).set(gauges.pending)
  tally.gauge('settle.outbox.batches', {}).set(gauges.outbox)
  tally.gauge('settle.dead_letters', {}).set(gauges.deadLetters)
}

async function readGauges({ db, now }: SweepParts) {
  const moment = now()
  const groups = await findPendingGroups(db, moment)
  const oldest = Math.min(moment.getTime(), ...groups.map(group => Date.parse(group.oldestAcceptedAt)))
  return {
    oldestPendingSeconds: (moment.getTime() - oldest) / 1000,
    pending: groups.reduce((sum, group) => sum + group.pending, 0),
    outbox: await countOutbox(db),
    deadLetters: await countDeadLetters(db),
  }
}
