import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
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
  /** Asks it to finish (SIGTERM) and waits. */
  stop(): Promise<void>
  /** Ends it at once (SIGKILL) and waits. */
  kill(): Promise<void>
}

const COMPILE_CACHE = fileURLToPath(new URL('../../../.local/compile-cache', import.meta.url))
const READY_MILLISECONDS = 30_000
const STOP_MILLISECONDS = 30_000

/** Starts a process and resolves once it is ready; rejects if it ends before, or takes too long. */
export async function startChild({ args, env = {}, logFile, isReady }: ChildOptions): Promise<Child> {
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
  const exited = once(process_, 'exit').then(() => undefined)
  // The stack may end while a child is still there; that child ends by itself.
  process_.unref()
  process_.channel?.unref()
  const child: Child = {
    pid: process_.pid ?? 0,
    exited,
    stop: () => end(process_, exited),
    kill: async () => {
      process_.kill('SIGKILL')
      await exited
    },
  }
  await waitUntilReady(process_, isReady, logFile).catch(async error => {
    await child.kill()
    throw error
  })
  return child
}

async function waitUntilReady(process_: ChildProcess, isReady: () => Promise<boolean>, logFile: string) {
  const deadline = Date.now() + READY_MILLISECONDS
  while (!(await isReady())) {
    if (process_.exitCode !== null || process_.signalCode !== null) {
      throw new Error(`${process_.spawnargs.join(' ')} ended at once; see ${logFile}`)
    }
    if (Date.now() > deadline) throw new Error(`${process_.spawnargs.join(' ')} is not ready; see ${logFile}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

async function end(process_: ChildProcess, exited: Promise<void>): Promise<void> {
  if (process_.exitCode !== null || process_.signalCode !== null) return
  process_.kill('SIGTERM')
  const late = setTimeout(() => process_.kill('SIGKILL'), STOP_MILLISECONDS)
  await exited
  clearTimeout(late)
}
