import { setTimeout as pause } from 'node:timers/promises'
import { type Asking, askDecisions } from './ask-decisions.ts'
import type { LoadRun } from './load-run.ts'

const LOOK_MILLISECONDS = 20
/** Without a consumer of results, about so many transfers are asked for. */
const SAMPLES = 2000

export type FinishOptions = Pick<
  LoadRun,
  'journal' | 'transfers' | 'measures' | 'client' | 'interrupted' | 'show'
> & { readonly settings: Pick<LoadRun['settings'], 'hearsResults' | 'patienceSeconds'> }

/** Waits until all that was accepted is final, as long as there is progress; then asks for what nobody has told us. */
export async function finishRun(run: FinishOptions): Promise<void> {
  const { journal, settings, client, transfers, interrupted } = run
  const asking = { client, journal, transfers, interrupted, seconds: settings.patienceSeconds }
  if (!settings.hearsResults) return await sampleDecisions(run, asking)
  await untilTold(run)
  await askDecisions(asking, [...journal.waiting(), ...journal.unknown()])
}

async function untilTold({ journal, settings, interrupted, show }: FinishOptions): Promise<void> {
  const progress = show('transfers to be final', journal.undecided)
  let left = journal.undecided
  let progressMs = performance.now()
  while (journal.undecided > 0 && performance.now() - progressMs < settings.patienceSeconds * 1000) {
    interrupted.throwIfAborted()
    await pause(LOOK_MILLISECONDS)
    for (; left > journal.undecided; left -= 1) {
      progress.step()
      progressMs = performance.now()
    }
  }
  progress.stop()
}

/**
 * Asks for some of the transfers, and counts each for as many as it stands for, in the second in which it was finished. The
 * others are taken to have become what they should: whether they have, the balances show.
 */
async function sampleDecisions(run: FinishOptions, asking: Asking): Promise<void> {
  const { journal, measures } = run
  const waiting = [...journal.waiting()]
  const every = Math.max(1, Math.ceil(waiting.length / SAMPLES))
  // The clock of the service and ours, as of now: a step of one of them between shows as a shift.
  const beginEpochMs = Date.now() - (performance.now() - measures.beginMs)
  await askDecisions(
    {
      ...asking,
      onDecided: (index, { acceptedAt, finishedAt }) => {
        const [accepted, finished] = [Date.parse(String(acceptedAt)), Date.parse(String(finishedAt))]
        measures.apply((finished - beginEpochMs) / 1000, every)
        measures.latency('decided', journal.intendedMsOf(index), finished - accepted)
      },
    },
    waiting.filter((_, position) => position % every === 0),
  )
  await askDecisions(asking, journal.unknown())
  for (const index of waiting)
    journal.decide(index, run.transfers.at(index).isToBeRefused ? 'FAILED' : 'COMPLETED')
}
