import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, expect, test } from '@jest/globals'
import { obtainBrowser } from '../../../../knative/local/browser/obtain-browser.ts'
import { usualSurroundings } from '../../../../knative/local/engines/surroundings.ts'
import { isAlive } from '../../../../knative/local/owner-lock.mjs'
import { until } from '../../../support/until.ts'

const SCRIPT = fileURLToPath(new URL('./launch-and-wait.ts', import.meta.url))

// It may have to be installed first.
beforeAll(() => obtainBrowser(usualSurroundings()), 300_000)

let strays: number[] = []
afterEach(() => {
  for (const pid of strays.filter(isAlive)) process.kill(pid, 'SIGKILL')
})

/** The processes that this one has started, and those that these have, as Linux tells. */
function descendantsOf(parent: number): number[] {
  const children = readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0 && parentOf(pid) === parent)
  return children.flatMap(child => [child, ...descendantsOf(child)])
}

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return 0
  }
}

test.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'the browser ends with a parent ended by %s',
  async signal => {
    const args = ['--disable-warning=ExperimentalWarning', SCRIPT]
    const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    strays = [parent.pid ?? 0]
    for await (const line of createInterface(parent.stdout)) if (line === 'launched') break
    const browser = descendantsOf(parent.pid ?? 0)
    strays.push(...browser)
    expect(browser.length).toBeGreaterThan(1)
    parent.kill(signal)
    await until('the parent is gone', () => parent.exitCode !== null || parent.signalCode !== null)
    await until('all of the browser is gone', () => !browser.some(isAlive))
  },
)
