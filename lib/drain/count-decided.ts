import type { DecidedRecord } from '../mysql/decided-record.ts'
import type { Tally } from '../telemetry/tally.ts'

/** Counts what a SQL transaction has decided, once it is committed; and how long each has waited for it. */
export function countDecided(tally: Tally, decided: readonly DecidedRecord[]): void {
  const duration = tally.histogram('settle.transaction.duration', {})
  let [acceptedAt, seconds] = ['', 0]
  for (const record of decided) {
    // Those of one INSERT have one time, and stand together.
    if (record.acceptedAt !== acceptedAt) {
      acceptedAt = record.acceptedAt
      seconds = Math.max(0, (Date.parse(record.decidedAt ?? acceptedAt) - Date.parse(acceptedAt)) / 1000)
    }
    duration.record(seconds)
  }
  for (const [key, records] of Map.groupBy(decided, ({ status, reason }) => `${status} ${reason ?? ''}`)) {
    const [status = '', reason = ''] = key.split(' ')
    tally
      .counter('settle.transactions.decided', { 'settle.status': status, 'settle.reason': reason })
      .add(records.length)
  }
}
