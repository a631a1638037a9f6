import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('./run-and-wait.ts', import.meta.url))

/** A process that runs engines, and the process ids of those. */
export interface Parent {
  readonly process: ChildProcess
  readonly mysql: number
  readonly redis: number
  readonly url: string
}

/** Starts a process that starts engines in `dataDir`; rejects with its error output when it ends instead. */
export async function startParent(dataDir: string): Promise<Parent> {
  const { MYSQL_URL: _mysql, REDIS_URL: _redis, ...env } = process.env
  const args = ['--disable-warning=ExperimentalWarning', SCRIPT, dataDir]
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.on('data', text => {
    errors += text
  })
  for await (const line of createInterface(child.stdout)) return { process: child, ...JSON.parse(line) }
  throw new Error(errors)
}
