import type { Way } from './scaling-fields.ts'

/** How many requests arrive, over time. */
export type Profile = {
  readonly name: ProfileName
  readonly what: string
  readonly seconds: number
  /** Requests a second before it begins and where nothing else is said, and the most. */
  readonly base: number
  readonly peak: number
  /** Requests a second at a moment of it. */
  rateAt(second: number): number
}

export const PROFILES = ['burst', 'daily', 'spike'] as const
export type ProfileName = (typeof PROFILES)[number]

const MINUTE = 60
const HOUR = 3600
/** Requests a second where no flag says so: one instance of `ingest` is busy with about 1,000. */
const DEFAULTS: Readonly<Record<ProfileName, { readonly base: number; readonly peak: number }>> = {
  burst: { base: 100, peak: 2500 },
  daily: { base: 0, peak: 60 },
  spike: { base: 100, peak: 5000 },
}

/** What a laptop of two cores can take, with everything on it. A day is too long. */
const LIVE_DEFAULTS: Readonly<Partial<typeof DEFAULTS>> = {
  burst: { base: 20, peak: 200 },
  spike: { base: 20, peak: 300 },
}

/** From six in the morning to ten at night. */
const DAY_BEGINS = 6 * HOUR
const DAY_SECONDS = 16 * HOUR

type Shape = {
  readonly what: string
  readonly seconds: number
  /** The part of the peak, from 0 to 1. */
  readonly part: (second: number) => number
}

const SHAPES: Readonly<Record<ProfileName, Shape>> = {
  burst: {
    what: 'a minute at the base rate, three at the peak, six at the base rate',
    seconds: 10 * MINUTE,
    part: second => (second >= MINUTE && second < 4 * MINUTE ? 1 : 0),
  },
  spike: {
    what: 'a minute at the base rate, ten seconds at the peak, and the base rate again',
    seconds: 5 * MINUTE,
    part: second => (second >= MINUTE && second < MINUTE + 10 ? 1 : 0),
  },
  daily: {
    what: 'a day: the base rate at night, from six o’clock up to the peak at two, and down until ten',
    seconds: 24 * HOUR,
    part: second => Math.max(0, Math.sin((Math.PI * (second - DAY_BEGINS)) / DAY_SECONDS)),
  },
}

/** In real time none is played that takes a day. */
export function profileOf(
  name: ProfileName,
  given: { base?: number; peak?: number },
  way: Way = 'simulated',
): Profile {
  const defaults = (way === 'live' ? LIVE_DEFAULTS : DEFAULTS)[name]
  if (defaults === undefined)
    throw new Error(
      `--profile ${name}: takes a day with --live; simulate it, or play ${Object.keys(LIVE_DEFAULTS).join(' or ')}`,
    )
  const { base, peak } = { ...defaults, ...given }
  const { what, seconds, part } = SHAPES[name]
  return { name, what, seconds, base, peak, rateAt: second => base + (peak - base) * part(second) }
}
