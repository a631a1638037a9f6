/**
 * A step of `npm run check`: `check-audit.ts SECONDS` asks the npm registry, for so long at most, whether a package of the lock file has a
 * fault that is known. Prints the grave ones, a line each, and ends with 1; with NOT_JUDGED where the registry does not say.
 */
import { execFile } from 'node:child_process'
import { findNpm } from '../../bootstrap/find-npm.mjs'
import { NOT_JUDGED } from '../run-steps.ts'
import { auditFaults } from './audit-faults.ts'

const seconds = Number(process.argv[2])
const [program, ...first] = findNpm()
// Said aloud, because NODE_ENV=production or a personal npm configuration would leave packages out, or the question: npm that is to
// stay offline finds no fault in anything.
const aloud = ['--include=dev', '--include=optional', '--include=peer', '--offline=false']
const args = [...first, 'audit', '--json', '--package-lock-only', '--fetch-retries=0', ...aloud]

const options = { timeout: seconds * 1000, killSignal: 'SIGKILL', maxBuffer: 64_000_000 } as const
execFile(program, args, options, (error, stdout, stderr) => {
  const audit = error?.killed
    ? { why: `no answer within ${seconds} s` }
    : auditFaults(stdout || stderr || String(error))
  if ('why' in audit) {
    console.error(`the npm registry does not answer "npm audit" (${audit.why}); run it where one does`)
    process.exitCode = NOT_JUDGED
    return
  }
  for (const fault of audit.faults) console.error(fault)
  process.exitCode = audit.faults.length === 0 ? 0 : 1
})
