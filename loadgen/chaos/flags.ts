import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { someOf, wholeNumber } from '../command/flag-values.ts'
import { KIND_NAMES, type KindName } from './kinds.ts'
import { SCHEDULE_SECONDS } from './recovery.ts'

export const USAGE = `npm run chaos           breaks a stack of its own under load, heals it, and checks every promise
  --minutes 1             how long the load lasts, and faults come; then it heals, waits, and checks
  --seed 1                of all that is drawn: which fault, when, how long, of whom; and of the load
  --rate 350              transfers a second, open model, in requests of 1 to 20
  --accounts 300          as busy as zipf has it: the first has a sixth of all
  --only KIND[,KIND]      only these kinds of faults: ${KIND_NAMES.join(', ')}
  --sweep-every 60        seconds between the scheduler's calls to the sweeper, if it is to call more often than it does
  --out FOLDER            writes result.json, index.md and a plot there`

export type ChaosSettings = {
  readonly seconds: number
  readonly seed: number
  readonly rate: number
  readonly accounts: number
  readonly kinds: readonly KindName[]
  readonly sweepSeconds: number
}

export type ChaosFlags = { readonly settings: ChaosSettings; readonly out: string | undefined }

/** The command line as flags. Throws an Error that says which flag is wrong. */
export function parseFlags(args: readonly string[]): ChaosFlags {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ minutes: text('1'), seed: text('1'), rate: text('350'), accounts: text('300') },
      ...{ only: { type: 'string' }, 'sweep-every': text(String(SCHEDULE_SECONDS)), out: { type: 'string' } },
    },
  })
  const sweepSeconds = wholeNumber('sweep-every', values['sweep-every'], 1)
  if (sweepSeconds > SCHEDULE_SECONDS)
    throw new Error(`--sweep-every ${sweepSeconds}: must be at most ${SCHEDULE_SECONDS}`)
  const settings = {
    seconds: wholeNumber('minutes', values.minutes, 1) * 60,
    seed: wholeNumber('seed', values.seed, 0),
    rate: wholeNumber('rate', values.rate, 1),
    accounts: wholeNumber('accounts', values.accounts, 2),
    kinds: values.only === undefined ? KIND_NAMES : someOf('only', values.only, KIND_NAMES),
    sweepSeconds,
  }
  return { settings, out: values.out && resolve(values.out) }
}
