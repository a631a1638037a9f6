import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { BreakName } from './break.ts'
import type { History } from './history.ts'
import type { Shrunk } from './shrink.ts'

export type Settings = {
  readonly seed: number
  readonly orders: number
  readonly callers: number
  readonly break: BreakName | undefined
  /** Whether each history says what happened in it. */
  readonly traces?: boolean
}
/** What one process does: each `step`th seed up to the last; or one seed, as small as it can be made. */
export type Job = Settings &
  ({ readonly kind: 'run'; readonly step: number; readonly last: number } | { readonly kind: 'shrink' })

type Message = { readonly history?: History; readonly tried?: string; readonly shrunk?: Shrunk }

const RUNNER = fileURLToPath(new URL('./runner.ts', import.meta.url))

/** Runs so many histories from a seed on, on all processors; each process has a clock of its own to replace. */
export async function runSeeds(
  settings: Settings,
  { seeds, signal, onHistory }: { seeds: number; signal: AbortSignal; onHistory: (history: History) => void },
): Promise<void> {
  const step = Math.min(availableParallelism(), seeds)
  const last = settings.seed + seeds - 1
  const onMessage = ({ history }: Message) => history && onHistory(history)
  await Promise.all(
    Array.from({ length: step }, (_, place) =>
      runJob({ ...settings, kind: 'run', seed: settings.seed + place, step, last }, signal, onMessage),
    ),
  )
}

/** Makes a broken history as small as it can be made. */
export async function shrinkSeed(
  settings: Settings,
  { signal, onTry }: { signal: AbortSignal; onTry: (text: string) => void },
): Promise<Shrunk> {
  let result: Shrunk | undefined
  await runJob({ ...settings, kind: 'shrink' }, signal, ({ shrunk, tried }) => {
    if (tried !== undefined) onTry(tried)
    result = shrunk ?? result
  })
  if (result === undefined) throw new Error('a runner ended without a history')
  return result
}

async function runJob(job: Job, signal: AbortSignal, onMessage: (message: Message) => void): Promise<void> {
  const child = fork(RUNNER, [JSON.stringify(job)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    signal,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  child.on('message', message => onMessage(message as Message))
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code => (code === 0 ? resolve() : reject(new Error(`a runner ended with ${code}`))))
  })
}
