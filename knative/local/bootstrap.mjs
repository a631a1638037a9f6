/**
 * The first thing that runs in a fresh clone, on whatever Node.js is there: installs the locked packages when
 * that is needed, finds Node 24, and runs the command on it. Plain JavaScript without dependencies for that
 * reason. Every script of package.json goes through here; when nothing is to be done it adds about 0.1 s.
 */
import { fileURLToPath } from 'node:url'
import { BootstrapError } from './bootstrap/bootstrap-error.mjs'
import { findNode } from './bootstrap/find-node.mjs'
import { installPackages } from './bootstrap/install-packages.mjs'
import { runCommand } from './bootstrap/run-command.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

// Node 24 still calls some of what is used here experimental, and says so at every start.
const QUIET = '--disable-warning=ExperimentalWarning'

const USAGE = 'usage: node knative/local/bootstrap.mjs start | test | check | format | run FILE [arguments]'

/**
 * The arguments that make Node run a subcommand.
 *
 * @param {string | undefined} subcommand
 * @param {string[]} args
 * @returns {string[]}
 */
function commandLine(subcommand, args) {
  const [file, ...rest] = args
  switch (subcommand) {
    case 'start':
      return [QUIET, 'knative/local/start.ts', ...args]
    case 'test':
      return [QUIET, '--experimental-vm-modules', 'node_modules/jest/bin/jest.js', ...args]
    case 'check':
      return [QUIET, 'knative/local/check.ts', ...args]
    case 'format':
      return ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', ...args]
    case 'run':
      if (file !== undefined) return [QUIET, file, ...rest]
  }
  throw new BootstrapError(USAGE)
}

try {
  const [subcommand, ...args] = process.argv.slice(2)
  const line = commandLine(subcommand, args)
  const node = await findNode(process, ROOT, () => installPackages(ROOT))
  process.exitCode = await runCommand(node, line, ROOT)
} catch (error) {
  if (!(error instanceof BootstrapError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
