import type { BellsOptions } from './bells.ts'
import { type Doorbell, errorsOf, ring } from './doorbell.ts'

/**
 * Rings each of these bells at once, and answers how many have not rung: those are counted, logged and left to the sweeper, since
 * the rows they ring for are durable.
 */
export async function ringAll(
  { publisher, pendingTopic, telemetry, log }: Omit<BellsOptions, 'gapMilliseconds'>,
  doorbells: readonly Doorbell[],
): Promise<number> {
  const errors = await errorsOf(doorbells.map(doorbell => ring(publisher, pendingTopic, doorbell)))
  telemetry.tally.counter('settle.bells.failed', {}).add(errors.length)
  if (errors.length > 0)
    log.warn({ rings: errors.length, error: String(errors[0]) }, 'not rung; left to the sweeper')
  return errors.length
}
