/**
 * `npm run check`: everything that can be judged without starting anything, and without changing a file.
 * A new check is a line in one of these tables.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { manifestSteps } from './check/manifest-steps.ts'
import { runSteps, type Step } from './check/run-steps.ts'
import { terraformSteps } from './check/terraform-steps.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const node = (...args: string[]): [string, ...string[]] => [process.execPath, ...args]

const types = (project: string) => node('node_modules/typescript/bin/tsc', '--noEmit', '--project', project)

const STEPS: readonly Step[] = [
  {
    title: 'format and lint',
    command: node('node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'),
    fix: 'npm run format',
  },
  { title: 'types', command: types('.') },
  { title: "types of the operators' page", command: types('functions/console/page') },
  {
    title: 'tidy, and documents that say what the code says',
    command: node(
      '--disable-warning=ExperimentalWarning',
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
      '--config',
      jestWithoutEngines(),
      'tests/tidy.test.ts',
      'tests/docs',
      'tests/terraform',
    ),
  },
  ...manifestSteps(),
  ...terraformSteps(ROOT),
]

/** The Jest configuration of package.json, less the setup that starts a database and a cache. */
function jestWithoutEngines(): string {
  const { jest } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const { globalSetup: _setup, globalTeardown: _teardown, ...rest } = jest
  return JSON.stringify({ ...rest, rootDir: ROOT })
}

process.exitCode = await runSteps(STEPS, ROOT)
