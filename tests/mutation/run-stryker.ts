import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BootstrapError } from '../../knative/local/bootstrap/bootstrap-error.mjs'
import { installPackages } from '../../knative/local/bootstrap/install-packages.mjs'
import { ExpectedError } from '../../loadgen/command/expected-error.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LOCKED = fileURLToPath(new URL('./stryker', import.meta.url))
/** Outside of the project's own packages: 64 MB that only this command needs. */
const FOLDER = '.local/mutation'

export const REPORT = join(ROOT, FOLDER, 'report.json')

/**
 * The tables judge first, in milliseconds each; the properties, in seconds, only what the tables let live. Stryker knows from
 * what it keeps of the first stage which mutants are dead.
 */
const STAGES = [
  ['<rootDir>/tests/lib/ledger/*.test.ts'],
  ['<rootDir>/tests/lib/ledger/*.test.ts', '<rootDir>/tests/properties/ledger.test.ts'],
]

/**
 * All that is copied to where the mutants run. Not tsconfig.json, which Stryker would write anew with a function that TypeScript 7
 * has not got.
 */
const COPIED = ['package.json', 'lib/ledger/*', 'tests/{lib/ledger,properties,support,mutation}/*']

/** Lets Stryker, from a lock file of its own, break lib/ledger; leaves what it found in `REPORT`. */
export async function runStryker(interrupted: AbortSignal): Promise<void> {
  const folder = join(ROOT, FOLDER)
  mkdirSync(folder, { recursive: true })
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join(LOCKED, file), join(folder, file))
  await install(folder)
  for (const left of ['report.json', 'stages.json', 'sandbox'])
    rmSync(join(folder, left), { recursive: true, force: true })
  try {
    for (const tests of STAGES) await runStage(tests, interrupted)
  } finally {
    rmSync(join(folder, 'sandbox'), { recursive: true, force: true })
  }
}

async function install(folder: string): Promise<void> {
  try {
    await installPackages(folder)
  } catch (error) {
    throw error instanceof BootstrapError ? new ExpectedError(error.message) : error
  }
}

async function runStage(tests: readonly string[], interrupted: AbortSignal): Promise<void> {
  interrupted.throwIfAborted()
  const options = `${FOLDER}/stryker.json`
  writeFileSync(join(ROOT, options), JSON.stringify(optionsOf(tests)))
  const stryker = `${FOLDER}/node_modules/@stryker-mutator/core/bin/stryker.js`
  const child = spawn(process.execPath, [stryker, 'run', options], { cwd: ROOT, stdio: 'inherit' })
  const end = () => child.kill('SIGINT')
  interrupted.addEventListener('abort', end)
  const [code] = await once(child, 'exit')
  interrupted.removeEventListener('abort', end)
  interrupted.throwIfAborted()
  if (code !== 0) throw new ExpectedError(`Stryker ended with ${code}`)
}

function optionsOf(tests: readonly string[]) {
  const { jest } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  return {
    testRunner: 'jest',
    plugins: ['@stryker-mutator/jest-runner'],
    mutate: ['lib/ledger/*.ts'],
    ignorePatterns: ['**', ...COPIED.map(path => `!${path}`)],
    tempDirName: `${FOLDER}/sandbox`,
    incremental: true,
    incrementalFile: `${FOLDER}/stages.json`,
    reporters: ['progress', 'json'],
    jsonReporter: { fileName: `${FOLDER}/report.json` },
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    // Jest keeps the modules of every run: 1.4 GB after a hundred mutants.
    maxTestRunnerReuse: 30,
    // Nothing in the ledger waits or loops: what takes so long is a busy machine, and no mutant found.
    timeoutMS: 60_000,
    jest: {
      projectType: 'custom',
      enableFindRelatedTests: false,
      config: {
        testMatch: tests,
        // No engines: these tests need none.
        globalSetup: null,
        globalTeardown: null,
        setupFiles: [...jest.setupFiles, '<rootDir>/tests/mutation/fixed-seed.ts'],
      },
    },
  }
}
