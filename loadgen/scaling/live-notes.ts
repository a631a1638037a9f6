import { availableParallelism } from 'node:os'
import { percentile } from './outcome.ts'
import type { LiveOutcome } from './play-live.ts'

/** From this share of its cores on a machine counts as full. */
const FULL = 0.9
/** Sent later than this, 1 % of them, a generator was too slow for its load. */
const LATE_MILLISECONDS = 50

/** What has to be known of a live run to believe its figures, a sentence each. */
export function liveNotes(outcome: LiveOutcome): string[] {
  const { promises, errors } = outcome
  const broken = brokenOf(outcome)
  return [
    ...(errors.size === 0
      ? []
      : [`Errors: ${Array.from(errors, ([code, count]) => `${code} ${count}`).join(', ')}.`]),
    generatorNote(outcome),
    ...machineNotes(outcome),
    broken.length === 0
      ? `Promises: ${promises.length} looked at, all kept.`
      : `PROMISES BROKEN: ${broken.join('; ')}.`,
  ]
}

export function brokenOf({ promises }: Pick<LiveOutcome, 'promises'>): string[] {
  return promises.flatMap(({ promise, broken }) =>
    broken.length > 0 ? [`${promise}: ${broken.join(', ')}`] : [],
  )
}

function generatorNote({ lateness }: LiveOutcome): string {
  const [half = 0, most = 0] = [percentile(lateness, 50) ?? 0, percentile(lateness, 99) ?? 0]
  const said = `The generator sent half of the requests within ${half.toFixed(1)} ms of their moments, and 99 % within ${most.toFixed(1)} ms.`
  if (most <= LATE_MILLISECONDS) return said
  return `${said} THE GENERATOR WAS LATE, and that is in the latencies: take a lower --peak, or a machine with less to do.`
}

function machineNotes({ processes, machineUse, leadInSeconds }: LiveOutcome): string[] {
  const cores = availableParallelism()
  const rows = Array.from(processes, ([name, samples]) => ({
    name,
    used: Array.from(samples.slice(leadInSeconds), sample => (sample?.cpuPercent ?? 0) / 100),
  }))
  const seconds = Math.max(0, ...rows.map(({ used }) => used.length))
  const busy = `The machine's ${cores} cores were ${(100 * machineUse).toFixed(0)} % busy`
  if (seconds === 0) return [`${busy}; what of that was the run's is not known here.`]
  const mean = (used: readonly number[]) => used.reduce((sum, value) => sum + value, 0) / seconds
  const all = Array.from({ length: seconds }, (_, second) =>
    rows.reduce((sum, { used }) => sum + (used[second] ?? 0), 0),
  )
  const most = Math.max(...all)
  const each = rows.map(({ name, used }) => `${name} ${mean(used).toFixed(2)}`).join(', ')
  const own = `The run took ${mean(all).toFixed(2)} of them on average and ${most.toFixed(2)} in its busiest second: ${each}.`
  return [
    `${busy}. ${own}`,
    ...(most >= FULL * cores
      ? ['THE RUN FILLED THE MACHINE: then more instances do not help as they would elsewhere.']
      : []),
    ...(machineUse >= FULL && mean(all) < machineUse * cores - 0.5
      ? ['OTHERS FILLED THE MACHINE: latencies and cold starts are longer for it.']
      : []),
  ]
}
