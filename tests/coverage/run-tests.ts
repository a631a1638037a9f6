import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Where a run leaves what Jest says of it, and what V8 counted in each process. */
export const RUN = {
  folder: join(ROOT, '.local/coverage'),
  results: join(ROOT, '.local/coverage/tests.json'),
  counts: join(ROOT, '.local/coverage/v8'),
} as const

/** How fast the ledger decides, beside bare sums: 0.17 to 0.21 of them, and 0.11 to 0.14 while V8 counts. The bound is 0.13. */
const MEASURES_SPEED = 'tests/loadgen/bench-floor.test.ts'

/** Runs the tests as `npm test` does, with V8 counting in every process. */
export async function runTests(args: readonly string[], interrupted: AbortSignal): Promise<void> {
  rmSync(RUN.folder, { recursive: true, force: true })
  mkdirSync(RUN.counts, { recursive: true })
  const flags = [
    ...[
      '--disable-warning=ExperimentalWarning',
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
    ],
    ...['--testEnvironment=./tests/coverage/jest-environment.ts', '--json', `--outputFile=${RUN.results}`],
    `--testPathIgnorePatterns=${MEASURES_SPEED}`,
  ]
  const child = spawn(process.execPath, [...flags, ...args], {
    cwd: ROOT,
    // What Jest says of the run goes into the file, and its progress to standard error.
    stdio: ['inherit', 'ignore', 'inherit'],
    env: { ...process.env, NODE_V8_COVERAGE: RUN.counts },
  })
  const end = () => child.kill('SIGINT')
  interrupted.addEventListener('abort', end)
  await once(child, 'exit')
  interrupted.removeEventListener('abort', end)
  interrupted.throwIfAborted()
}
