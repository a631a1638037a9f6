import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Machine } from '../../loadgen/figures/describe-machine.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What Jest says of a run, as far as it is used. */
export type JestResults = {
  readonly numTotalTests: number
  readonly numFailedTests: number
  readonly testResults: readonly SuiteResult[]
}

type SuiteResult = {
  /** Its file. */
  readonly name: string
  readonly status: string
  readonly assertionResults: readonly unknown[]
}

export type Suites = { readonly suites: number; readonly tests: number }

/** How many suites and tests are in each folder of tests, and below it. */
export function suitesByFolder({ testResults }: JestResults): ReadonlyMap<string, Suites> {
  const folders = Map.groupBy(testResults, ({ name }) => folderOf(relative(ROOT, name)))
  return new Map([...folders].map(([folder, suites]) => [folder, countTests(suites)]))
}

function countTests(suites: readonly SuiteResult[]): Suites {
  const tests = suites.reduce((sum, { assertionResults }) => sum + assertionResults.length, 0)
  return { suites: suites.length, tests }
}

/** `tests/lib` of `tests/lib/http/json.test.ts`. */
export function folderOf(path: string): string {
  return dirname(path).split('/').slice(0, 2).join('/')
}

/** Which suites did not pass. */
export function findFailures({ testResults }: JestResults): string[] {
  const failed = testResults.filter(({ status }) => status !== 'passed')
  return failed.map(({ name }) => `${relative(ROOT, name)} has not passed`)
}

/** What the figures are of. */
export function describeRun(
  results: JestResults,
  { node, commit }: Pick<Machine, 'node' | 'commit'>,
): string {
  const [tests, suites] = [results.numTotalTests, results.testResults.length].map(n => n.toLocaleString('en'))
  const failed = results.numFailedTests === 0 ? 'all passed' : `${results.numFailedTests} failed`
  return `${tests} tests of ${suites} suites, ${failed}; Node ${node}; commit ${commit ?? 'unknown'}.`
}
