import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { deadCodeSteps } from './dead-code-steps.ts'
import { manifestSteps } from './manifest-steps.ts'
import { packageSteps } from './package-steps.ts'
import type { Step } from './run-steps.ts'
import { terraformSteps } from './terraform-steps.ts'

const node = (...args: string[]): [string, ...string[]] => [process.execPath, ...args]

const types = (project: string) => node('node_modules/typescript/bin/tsc', '--noEmit', '--project', project)

/** All that `npm run check` does; a new check is a line here. */
export function checkSteps(root: string, args: readonly string[]): readonly Step[] {
  const { values: flags } = parseArgs({
    args: [...args],
    options: { 'require-audit': { type: 'boolean', default: false } },
  })
  return [
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
        jestWithoutEngines(root),
        'tests/tidy.test.ts',
        'tests/docs',
        'tests/terraform',
      ),
    },
    ...deadCodeSteps(),
    ...packageSteps({ requiresAudit: flags['require-audit'] }),
    ...manifestSteps(),
    ...terraformSteps(root),
  ]
}

/** The Jest configuration of package.json, less the setup that starts a database and a cache. */
function jestWithoutEngines(root: string): string {
  const { jest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const { globalSetup: _setup, globalTeardown: _teardown, ...rest } = jest
  return JSON.stringify({ ...rest, rootDir: root })
}
