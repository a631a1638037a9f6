import { showProgress } from '../command/show-progress.ts'
import { LIVE_FUNCTIONS } from './function-settings.ts'
import { brokenOf, liveNotes } from './live-notes.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { liveLeadInSeconds, playLive } from './play-live.ts'
import type { ScalingSettings, Variant } from './scaling-settings.ts'

/** Plays one setting on a stack of its own. */
export async function runLive(
  { name: given, profile, seed, prices }: ScalingSettings,
  variant: Variant,
  interrupted: AbortSignal,
): Promise<Outcome> {
  const name = LIVE_FUNCTIONS.find(live => live === given)
  if (name === undefined) throw new Error(`${given} cannot be played on`)
  console.error(`${name}, ${variant.label}:`)
  const leadInSeconds = liveLeadInSeconds(variant, profile.base)
  const outcome = await playLive({
    name,
    profile,
    seed,
    variant,
    leadInSeconds,
    interrupted,
    show: showProgress,
  })
  return {
    ...outcomeOf(variant, outcome.seconds, prices),
    ...{ notes: liveNotes(outcome), isBroken: brokenOf(outcome).length > 0 },
  }
}

/** Says, on stderr, how long what is played in real time is going to take. */
export function announceLive(settings: readonly ScalingSettings[]): void {
  const seconds = settings
    .filter(({ model }) => model === undefined)
    .flatMap(({ variants, profile }) =>
      variants.map(variant => liveLeadInSeconds(variant, profile.base) + profile.seconds),
    )
  if (seconds.length === 0) return
  const minutes = Math.ceil(seconds.reduce((sum, its) => sum + its, 0) / 60)
  console.error(
    `${seconds.length} to play, in real time: some ${minutes} minutes, and the starts of as many stacks`,
  )
}
