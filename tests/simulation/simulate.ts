import { parseArgs } from 'node:util'
import { ExpectedError } from '../../loadgen/command/expected-error.ts'
import { oneOf, wholeNumber } from '../../loadgen/command/flag-values.ts'
import { runCommand } from '../../loadgen/command/run-command.ts'
import { BREAKS, type BreakName } from './break.ts'
import type { History } from './history.ts'
import { runSeeds, type Settings, shrinkSeed } from './run-jobs.ts'
import { Tally } from './tally.ts'

const BREAK_NAMES = Object.keys(BREAKS) as BreakName[]

const USAGE = `npm run simulate        runs the functions on simulated engines, in histories of faults that a seed draws
  --seeds 200           how many histories
  --seed 1              the first; each next one has the next
  --orders 12           how often callers send in one: a transaction, or a few
  --callers 4           who send them
  --break NAME          with one safeguard taken out, until that is found: ${BREAK_NAMES.join(', ')}

The first history that breaks a promise is made as small as it can be, and printed step by step.`

type Flags = Settings & { readonly seeds: number }

const SHOW_EVERY_MS = 5000
const MOST_SHOWN = 12

function readFlags(): Flags {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const
  const { values } = parseArgs({
    options: {
      seeds: text('200'),
      seed: text('1'),
      orders: text('12'),
      callers: text('4'),
      break: { type: 'string' },
    },
  })
  return {
    seeds: wholeNumber('seeds', values.seeds, 1),
    seed: wholeNumber('seed', values.seed, 0),
    orders: wholeNumber('orders', values.orders, 1),
    callers: wholeNumber('callers', values.callers, 1),
    break: values.break === undefined ? undefined : oneOf('break', values.break, BREAK_NAMES),
  }
}

async function simulate(flags: Flags, interrupted: AbortSignal): Promise<number> {
  const seed = await runAll(flags, interrupted)
  if (seed === undefined) return 0
  await showSmallest({ ...flags, seed }, interrupted)
  return 1
}

/** Answers the least seed whose history broke a promise. */
async function runAll(flags: Flags, interrupted: AbortSignal): Promise<number | undefined> {
  const beginMs = performance.now()
  const tally = new Tally(flags.seed)
  const describe = () => tally.describe(flags.seeds, (performance.now() - beginMs) / 1000)
  const timer = setInterval(() => console.error(describe()), SHOW_EVERY_MS)
  const found = new AbortController()
  const onHistory = (history: History) => {
    tally.add(history)
    if (history.broken.length === 0) return
    report(history, flags)
    if (flags.break !== undefined) found.abort()
  }
  try {
    const signal = AbortSignal.any([interrupted, found.signal])
    await runSeeds(flags, { seeds: flags.seeds, signal, onHistory })
  } catch (error) {
    if (!interrupted.aborted && !found.signal.aborted) throw error
  } finally {
    clearInterval(timer)
  }
  console.log(describe())
  if (interrupted.aborted) throw new ExpectedError(`interrupted; it goes on with --seed ${tally.next}`)
  return tally.firstBroken
}

/** A few steps that a person can read, instead of thousands. */
async function showSmallest(flags: Flags, signal: AbortSignal): Promise<void> {
  let shownMs = performance.now()
  const onTry = (text: string) => {
    if (performance.now() - shownMs < SHOW_EVERY_MS) return
    shownMs = performance.now()
    console.error(`making seed ${flags.seed} smaller: ${text}`)
  }
  const { options, history } = await shrinkSeed(flags, { signal, onTry })
  const { trace, broken } = history
  console.log(`\nThe same, as small as it could be made (${replay({ ...flags, ...options })}):`)
  for (const line of trace) console.log(line)
  console.log('so that')
  for (const what of broken.slice(0, MOST_SHOWN)) console.log(`  ${what}`)
}

function replay({ seed, orders, callers, break: name }: Settings): string {
  return `npm run simulate -- --seeds 1 --seed ${seed} --orders ${orders} --callers ${callers}${name ? ` --break ${name}` : ''}`
}

function report({ seed, broken }: History, flags: Flags): void {
  console.log(`seed ${seed} (${replay({ ...flags, seed })}):`)
  for (const what of broken.slice(0, MOST_SHOWN)) console.log(`  ${what}`)
  if (broken.length > MOST_SHOWN) console.log(`  and ${broken.length - MOST_SHOWN} more`)
}

await runCommand(USAGE, readFlags, simulate)
