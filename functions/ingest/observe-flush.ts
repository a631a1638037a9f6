import type { Telemetry } from '../../lib/telemetry/telemetry.ts'
import { linksTo } from '../../lib/telemetry/trace-context.ts'
import type { Stored } from './acceptance.ts'

/** Counts what a flush has made durable, and says so in the traces that its transactions are in. */
export function observeFlush(
  { tally, startSpan }: Telemetry,
  stored: readonly Stored[],
  beganAt: Date,
): void {
  let count = 0
  const traceparents = new Set<string>()
  for (const { acceptance, transaction } of stored) {
    if (acceptance.kind !== 'accepted' || !acceptance.isNew) continue
    count += 1
    if (transaction === undefined || 'fault' in transaction || transaction.traceparent === null) continue
    traceparents.add(transaction.traceparent)
  }
  tally.counter('settle.transactions.accepted', {}).add(count)
  if (count > 0) tally.histogram('settle.flush.size', {}).record(count)
  if (traceparents.size === 0) return
  const [links, attributes] = [linksTo(traceparents), { 'settle.transactions': count }]
  startSpan({ name: 'flush', kind: 'internal', links, attributes, beganAt }).end()
}
