import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ExpectedError } from '../../loadgen/command/expected-error.ts'
import { runCommand } from '../../loadgen/command/run-command.ts'
import { describeMachine } from '../../loadgen/figures/describe-machine.ts'
import { countAll } from './count-all.ts'
import { describeCoverage } from './report.ts'
import { RUN, runTests } from './run-tests.ts'
import { readScripts } from './scripts.ts'
import { describeRun, findFailures, type JestResults } from './suites.ts'
import { findShortfalls, sumOf } from './sums.ts'

const USAGE = `npm run coverage    runs every test, and says what of lib and functions has run, in all processes and in the browser
  --out FOLDER      writes coverage.md there
  --again           counts what the last run left, and runs nothing
  PATH…             runs these tests only
Ends with 0 if every test passed and enough has run, else with 1 and the reason.`

type Flags = { readonly out: string | undefined; readonly again: boolean; readonly paths: readonly string[] }

function readFlags(): Flags {
  const { values, positionals } = parseArgs({
    options: { out: { type: 'string' }, again: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  return { out: values.out && resolve(values.out), again: values.again, paths: positionals }
}

async function cover({ out, again, paths }: Flags, interrupted: AbortSignal): Promise<number> {
  if (!again) await runTests(paths, interrupted)
  if (!existsSync(RUN.results)) throw new ExpectedError('there is no run to count')
  const results = JSON.parse(readFileSync(RUN.results, 'utf8')) as JestResults
  const counts = await countAll(readScripts(), RUN.counts)
  const report = describeCoverage(counts, results, describeRun(results, describeMachine()))
  for (const line of report) console.log(line)
  if (out !== undefined) {
    mkdirSync(out, { recursive: true })
    writeFileSync(join(out, 'coverage.md'), `${report.join('\n')}\n`)
  }
  const faults = [...findFailures(results), ...findShortfalls(sumOf(counts.values()))]
  for (const fault of faults) console.error(fault)
  return faults.length === 0 ? 0 : 1
}

await runCommand(USAGE, readFlags, cover)
