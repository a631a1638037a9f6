import { readdirSync, readFileSync } from 'node:fs'
import { until } from './until.ts'

/**
 * Freezes a process with SIGSTOP, and waits until every thread of it stands: the signal goes to one of them, and until
 * that one has run, which takes a while on a busy machine, the others go on answering. SIGCONT is for the caller.
 */
export async function freeze(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP')
  await until(`process ${pid} stands`, () => statesOfThreads(pid).every(state => state === 'T'))
}

/** As Linux writes them behind the program's name, which may itself have spaces and brackets. */
function statesOfThreads(pid: number): string[] {
  const threads = readdirSync(`/proc/${pid}/task`)
  return threads.map(thread => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3)
  })
}
