import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

const CHECK_EVERY_MS = 20
// A supervisor whose parent died gives its engine 15 s to shut down in order; then both are gone.
const SUPERVISOR_LIMIT_MS = 20_000

/**
 * Ends the engine that an earlier run left behind, if its pid file says there is one: it would hold the data
 * files. A process is taken for ours only when its command line contains `mark` (the engine's own directory),
 * because the number may belong to a stranger by now. A supervisor that still lives is shutting its engine
 * down, and is waited for. Throws when it does not end: then somebody uses these data files at this moment.
 */
export async function endOrphan(pidFile: string, mark: string): Promise<void> {
  if (!existsSync(pidFile)) return
  const [engine = 0, supervisor = 0] = readFileSync(pidFile, 'utf8').split(' ').map(Number)
  const deadline = Date.now() + SUPERVISOR_LIMIT_MS
  while (isOurs(supervisor, mark)) {
    if (Date.now() > deadline) throw new Error(`${mark} is in use by another run (process ${supervisor}).`)
    await delay(CHECK_EVERY_MS)
  }
  if (isOurs(engine, mark)) process.kill(engine, 'SIGKILL')
  while (isOurs(engine, mark)) await delay(CHECK_EVERY_MS)
  rmSync(pidFile, { force: true })
}

function isOurs(pid: number, mark: string): boolean {
  return Number.isInteger(pid) && pid > 1 && commandLineOf(pid).includes(mark)
}

/** The command line of a process, or the empty text when there is no such process. */
function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    // No /proc (macOS), or no such process: ps knows both cases.
    return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''
  }
}
