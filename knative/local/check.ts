/**
 * `npm run check`: everything that can be judged without starting anything, and without changing a file. With `--require-audit` the
 * npm registry has to answer.
 */
import { fileURLToPath } from 'node:url'
import { checkSteps } from './check/check-steps.ts'
import { runSteps } from './check/run-steps.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

process.exitCode = await runSteps(checkSteps(ROOT, process.argv.slice(2)), ROOT)
