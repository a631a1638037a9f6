import type { Logger } from '../log/logger.ts'
import type { DecidedRecord } from '../mysql/decided-record.ts'
import type { Doorbell } from '../pubsub/doorbell.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { countDecided } from './count-decided.ts'
import type { StepResult } from './drain-step.ts'
import type { Untold } from './keep-untold.ts'
import { traceStep } from './trace-step.ts'

type Observers = { readonly telemetry: Telemetry; readonly now: () => Date; readonly log: Logger }
type Asked = { readonly beganAt: Date; readonly bells: readonly Doorbell[] }

/** A line names so many transactions; of a larger batch, how many there are and between which. */
const MOST_NAMED = 10

/**
 * Says what a step has decided, once it is committed: one line for the batch, however many are in it, its metrics, and its part
 * in their traces. Answers what is to be told, with what is known of when.
 */
export function observeStep(
  { telemetry, now, log }: Observers,
  { decided, settled }: StepResult,
  { beganAt, bells }: Asked,
): Untold | undefined {
  if (settled === undefined) return undefined
  const committedAt = now()
  const milliseconds = committedAt.getTime() - beganAt.getTime()
  const { tally, startSpan } = telemetry
  tally.histogram('settle.step.size', {}).record(decided.length)
  tally.histogram('settle.step.duration', {}).record(milliseconds / 1000)
  countDecided(tally, decided)
  log.info({ ...describe(decided), milliseconds }, 'drained')
  const rungAt = lastRung(bells)
  const times = {
    transactions: decided.length,
    ...(rungAt !== undefined && { rungAt }),
    beganAt: beganAt.toISOString(),
    committedAt: committedAt.toISOString(),
  }
  return { ...settled, times, trace: traceStep(startSpan, decided, beganAt) }
}

function describe(decided: readonly DecidedRecord[]): object {
  const groups = [...new Set(decided.map(({ orderingGroup }) => orderingGroup))].sort(
    (one, other) => one - other,
  )
  const failed = decided.filter(({ status }) => status === 'FAILED').length
  const [first, last] = [decided[0]?.seq, decided.at(-1)?.seq]
  const named = decided.length <= MOST_NAMED && {
    transactionIds: decided.map(({ transactionId }) => transactionId),
  }
  return { groups, transactions: decided.length, failed, firstSeq: first, lastSeq: last, ...named }
}

/** When the latest of the bells was published: what it rang for was accepted before. */
function lastRung(bells: readonly Doorbell[]): string | undefined {
  const times = bells.map(({ rungAt = '' }) => Date.parse(rungAt)).filter(time => !Number.isNaN(time))
  return times.length === 0 ? undefined : new Date(Math.max(...times)).toISOString()
}
