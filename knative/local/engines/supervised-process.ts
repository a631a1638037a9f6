import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Exit } from './engine.ts'
import type { Launch } from './launch.ts'
import type { Report } from './supervise.ts'

const SUPERVISOR = fileURLToPath(new URL('./supervise.ts', import.meta.url))

/** A running engine process that cannot outlive this one. */
export interface SupervisedProcess {
  readonly pid: number
  /** How the engine ended, or undefined while it runs. */
  exit(): Exit | undefined
  /** Settles when the engine's process is gone. */
  readonly ended: Promise<Exit>
  /** Asks it to shut down in order, and waits until it is gone. */
  stop(): Promise<void>
  /** Ends it at once, and waits until it is gone. */
  kill(): Promise<void>
}

/**
 * Starts `launch` under a supervisor process. Rejects when the program cannot be run at all (not found, not
 * executable); a program that runs and then fails is told by `ended`.
 */
export async function startSupervised(launch: Launch): Promise<SupervisedProcess> {
  const supervisor = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', SUPERVISOR, JSON.stringify(launch)],
    { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true },
  )
  const { started, ended } = follow(supervisor, launch)
  const pid = await started
  let exit: Exit | undefined
  ended.then(how => {
    exit = how
  })
  setHolding(supervisor, false)
  return {
    pid,
    ended,
    exit: () => exit,
    stop: () => endBy(() => supervisor.kill('SIGTERM'), supervisor, ended),
    kill: () => endBy(() => killNow(launch, pid), supervisor, ended),
  }
}

/** Turns the supervisor's reports into two promises: the engine's process id, and its end. */
function follow(supervisor: ChildProcess, launch: Launch) {
  const started = Promise.withResolvers<number>()
  const ended = Promise.withResolvers<Exit>()
  let enginePid: number | undefined
  supervisor.on('message', (report: Report) => {
    if ('pid' in report) {
      enginePid = report.pid
      started.resolve(report.pid)
    } else if ('failed' in report)
      started.reject(new Error(`Could not run ${launch.command}: ${report.failed}`))
    else ended.resolve(report.exit)
  })
  // The channel closes after the last report. Without a report of the end the supervisor itself was killed,
  // and nobody else is left to end the engine.
  supervisor.on('disconnect', () => {
    if (enginePid !== undefined) killNow(launch, enginePid)
    started.reject(new Error(`Could not run ${launch.command}: its supervisor ended too early.`))
    ended.resolve({ code: null, signal: 'SIGKILL' })
  })
  supervisor.on('error', error => started.reject(error))
  return { started: started.promise, ended: ended.promise }
}

/** While an engine merely runs it must not keep this process alive; while its end is awaited it must. */
function setHolding(supervisor: ChildProcess, holding: boolean): void {
  const act = holding ? 'ref' : 'unref'
  supervisor[act]()
  supervisor.channel?.[act]()
}

async function endBy(signal: () => void, supervisor: ChildProcess, ended: Promise<Exit>): Promise<void> {
  setHolding(supervisor, true)
  signal()
  await ended
  setHolding(supervisor, false)
}

function killNow(launch: Launch, pid: number): void {
  const [command, ...args] = launch.killCommand ?? []
  if (command !== undefined) spawnSync(command, args, { stdio: 'ignore' })
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone already, which is what was wanted.
  }
}
