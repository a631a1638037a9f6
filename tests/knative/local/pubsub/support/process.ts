import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterTest } from './fixture.ts'

const MAIN = fileURLToPath(new URL('../../../../../knative/local/pubsub/main.ts', import.meta.url))

/** The emulator as a process of its own; killed after the test. */
export function runMain(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: {} })
  const exited = once(child, 'exit')
  // All of its output is there only now.
  const closed = once(child, 'close')
  afterTest(async () => {
    child.kill('SIGKILL')
    await exited
  })
  const stderr: string[] = []
  child.stderr.on('data', chunk => stderr.push(String(chunk)))
  const firstLine = async () => {
    const [line] = await once(createInterface(child.stdout), 'line')
    return JSON.parse(line) as { host: string; adminUrl: string; issuer: string; jwksUrl: string }
  }
  return { child, exited, closed, firstLine, errors: () => stderr.join('') }
}
