import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ExpectedError } from '../../loadgen/command/expected-error.ts'
import { runCommand } from '../../loadgen/command/run-command.ts'
import { describeMachine } from '../../loadgen/figures/describe-machine.ts'
import { readMutants, type StrykerReport } from './mutants.ts'
import { describeMutation } from './report.ts'
import { REPORT, runStryker } from './run-stryker.ts'
import { findFaults, REASONS } from './survivors.ts'

const USAGE = `npm run mutation    breaks lib/ledger in one small place at a time, and says which breaks no test sees
  --out FOLDER      writes mutation.md there
  --again           reports what the last run left, and runs nothing
Ends with 0 if 85 % are seen and there is a reason for each of the others, else with 1.`

type Flags = { readonly out: string | undefined; readonly again: boolean }

function readFlags(): Flags {
  const { values } = parseArgs({
    options: { out: { type: 'string' }, again: { type: 'boolean', default: false } },
  })
  return { out: values.out && resolve(values.out), again: values.again }
}

async function mutate({ out, again }: Flags, interrupted: AbortSignal): Promise<number> {
  if (!again) await runStryker(interrupted)
  if (!existsSync(REPORT)) throw new ExpectedError('there is no run to report')
  const report = JSON.parse(readFileSync(REPORT, 'utf8')) as StrykerReport
  const mutants = readMutants(report)
  const lines = describeMutation(mutants, REASONS, describeRun(report))
  for (const line of lines) console.log(line)
  if (out !== undefined) {
    mkdirSync(out, { recursive: true })
    writeFileSync(join(out, 'mutation.md'), `${lines.join('\n')}\n`)
  }
  const faults = findFaults(mutants, REASONS)
  for (const fault of faults) console.error(fault)
  return faults.length === 0 ? 0 : 1
}

/** What the figures are of. */
function describeRun({ framework }: StrykerReport): string {
  const { node, commit } = describeMachine()
  const day = statSync(REPORT).mtime.toISOString().slice(0, 10)
  const jest = framework.dependencies['jest']
  return `StrykerJS ${framework.version} on Jest ${jest}, Node ${node}, commit ${commit ?? 'unknown'}, ${day}.`
}

await runCommand(USAGE, readFlags, mutate)
