import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runCommand } from '../../loadgen/command/run-command.ts'
import { wholeNumber } from '../../loadgen/command/whole-number.ts'
import { BREAKS, type BreakName } from './break.ts'
import type { History } from './history.ts'

const USAGE = `npm run simulate        runs the functions on simulated engines, in histories of faults that a seed draws
  --seeds 200           how many histories
  --seed 1              the first; each next one has the next
  --orders 60           transactions that are sent in one
  --callers 4           who send them
  --break NAME          with one safeguard taken out: ${Object.keys(BREAKS).join(', ')}`

type Flags = {
  readonly seeds: number
  readonly seed: number
  readonly orders: number
  readonly callers: number
  readonly break: BreakName | undefined
}
/** What one process runs: each `step`th seed from its first, up to the last of all. */
export type Share = Pick<Flags, 'orders' | 'callers' | 'break'> & {
  readonly first: number
  readonly step: number
  readonly last: number
}

const RUNNER = fileURLToPath(new URL('./runner.ts', import.meta.url))
const SHOW_EVERY_MS = 5000
const MOST_SHOWN = 12

function readFlags(): Flags {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const
  const { values } = parseArgs({
    options: {
      seeds: text('200'),
      seed: text('1'),
      orders: text('60'),
      callers: text('4'),
      break: { type: 'string' },
    },
  })
  return {
    seeds: wholeNumber('seeds', values.seeds, 1),
    seed: wholeNumber('seed', values.seed, 0),
    orders: wholeNumber('orders', values.orders, 1),
    callers: wholeNumber('callers', values.callers, 1),
    break: readBreak(values.break),
  }
}

function readBreak(name: string | undefined): BreakName | undefined {
  if (name === undefined || Object.hasOwn(BREAKS, name)) return name as BreakName | undefined
  throw new Error(`--break ${name}: must be one of ${Object.keys(BREAKS).join(', ')}`)
}

async function simulate(flags: Flags, interrupted: AbortSignal): Promise<number> {
  const beginMs = performance.now()
  const histories: History[] = []
  const show = () => console.error(describe(histories, flags, beginMs))
  const timer = setInterval(show, SHOW_EVERY_MS)
  const processes = Math.min(availableParallelism(), flags.seeds)
  try {
    await Promise.all(
      Array.from({ length: processes }, (_, place) =>
        runShare(
          { ...flags, first: flags.seed + place, step: processes, last: flags.seed + flags.seeds - 1 },
          interrupted,
          history => {
            histories.push(history)
            if (history.broken.length > 0) report(history, flags)
          },
        ),
      ),
    )
  } finally {
    clearInterval(timer)
  }
  console.log(describe(histories, flags, beginMs))
  return histories.every(({ broken }) => broken.length === 0) ? 0 : 1
}

/** Each process has a clock of its own to replace. */
async function runShare(
  share: Share,
  signal: AbortSignal,
  onHistory: (history: History) => void,
): Promise<void> {
  const child = fork(RUNNER, [JSON.stringify(share)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    signal,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  child.on('message', message => onHistory(message as History))
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code => (code === 0 ? resolve() : reject(new Error(`a runner ended with ${code}`))))
  })
}

function report({ seed, broken }: History, { orders, callers }: Flags): void {
  console.log(
    `seed ${seed} (npm run simulate -- --seeds 1 --seed ${seed} --orders ${orders} --callers ${callers}):`,
  )
  for (const what of broken.slice(0, MOST_SHOWN)) console.log(`  ${what}`)
  if (broken.length > MOST_SHOWN) console.log(`  and ${broken.length - MOST_SHOWN} more`)
}

function describe(histories: readonly History[], { seeds }: Flags, beginMs: number): string {
  const steps = histories.reduce((sum, history) => sum + history.steps, 0)
  const transactions = histories.reduce((sum, history) => sum + history.transactions, 0)
  const broken = histories.filter(history => history.broken.length > 0).length
  const seconds = (performance.now() - beginMs) / 1000
  return (
    `${histories.length} of ${seeds} histories in ${seconds.toFixed(0)} s, ${steps} steps, ${transactions} transactions; ` +
    `${broken === 0 ? 'all promises kept' : `promises broken in ${broken}`}`
  )
}

await runCommand(USAGE, readFlags, simulate)
