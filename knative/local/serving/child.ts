import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const PRELOAD = fileURLToPath(new URL('./end-with-parent.ts', import.meta.url))

export type ChildOptions = {
  /** File to run, and its arguments. */
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** File that takes what the child says. */
  readonly logFile: string
  /** Asked again and again until it says that the child is ready. */
  readonly isReady: () => Promise<boolean>
}

/** A Node process of the local stack; it ends with the stack. */
export type Child = {
  readonly pid: number
  readonly exited: Promise<void>
  readonly hasExited: boolean
  /** Asks it to finish (SIGTERM) and waits; ends it (SIGKILL) if it takes longer than that. */
  stop(milliseconds?: number): Promise<void>
  /** Ends it at once (SIGKILL) and waits. */
  kill(): Promise<void>
}

export type StartingChild = Child & { readonly ready: Promise<void> }

const COMPILE_CACHE = fileURLToPath(new URL('../../../.local/compile-cache', import.meta.url))
const READY_MILLISECONDS = 30_000
const STOP_MILLISECONDS = 30_000

/** Starts a process and resolves once it is ready; rejects if it ends before, or takes too long. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const child = spawnChild(options)
  await child.ready
  return child
}

/** Starts a process. Its `ready` rejects if it ends before it is, or takes too long, and must be waited for. */
export function spawnChild(options: ChildOptions): StartingChild {
  const process_ = spawnNode(options)
  const exited = once(process_, 'exit').then(() => undefined)
  const hasExited = () => process_.exitCode !== null || process_.signalCode !== null
  // Who waits for its end must not end before it, though nothing else is left to do.
  const ended = async () => {
    process_.ref()
    await exited
  }
  const kill = async () => {
    process_.kill('SIGKILL')
    await ended()
  }
  const ready = waitUntilReady(process_, options).catch(async error => {
    await kill()
    throw error
  })
  return {
    ...{ pid: process_.pid ?? 0, exited, ready, kill },
    get hasExited() {
      return hasExited()
    },
    stop: async (milliseconds = STOP_MILLISECONDS) => {
      if (hasExited()) return
      process_.kill('SIGTERM')
      const late = setTimeout(() => process_.kill('SIGKILL'), milliseconds)
      await ended()
      clearTimeout(late)
    },
  }
}

function spawnNode({ args, env = {}, logFile }: ChildOptions): ChildProcess {
  const log = openSync(logFile, 'a')
  const flags = ['--disable-warning=ExperimentalWarning', '--import', PRELOAD]
  // Those of whoever runs the stack stand last, and win.
  const nodeOptions = [env['NODE_OPTIONS'], process.env['NODE_OPTIONS']].filter(Boolean).join(' ')
  const process_ = spawn(process.execPath, [...flags, ...args], {
    // A session of its own: Ctrl-C reaches the stack alone, which then ends its children in order.
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    // Compiled code is kept between starts: without it seven processes at once take twice as long.
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE, ...env, NODE_OPTIONS: nodeOptions },
  })
  // The child has its own copy of it now.
  closeSync(log)
  // The stack may end while a child is still there; that child ends by itself.
  process_.unref()
  process_.channel?.unref()
  return process_
}

async function waitUntilReady(process_: ChildProcess, { isReady, logFile }: ChildOptions): Promise<void> {
  const deadline = Date.now() + READY_MILLISECONDS
  while (!(await isReady())) {
    if (process_.exitCode !== null || process_.signalCode !== null) {
      throw new Error(`${process_.spawnargs.join(' ')} ended at once; see ${logFile}`)
    }
    if (Date.now() > deadline) throw new Error(`${process_.spawnargs.join(' ')} is not ready; see ${logFile}`)
    await pause(20)
  }
}
