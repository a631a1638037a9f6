import { expect } from '@jest/globals'
import { forEachAtMost } from '../../../../../loadgen/command/for-each-at-most.ts'
import {
  findOfficialEmulator,
  officialEmulatorVersion,
  startOfficialEmulator,
} from '../../../../../loadgen/emulators/official.ts'
import { THEMES } from './cases/index.ts'
import type { Case } from './support/case.ts'
import { connect } from './support/connection.ts'
import { readDocsPage, writeDocsPage } from './support/docs-page.ts'
import { runCase } from './support/run-case.ts'
import { testIf } from './support/test-if.ts'
import { allCases, readTables, type Verdict, withTables } from './support/verdicts.ts'

const AT_ONCE = 8
// What holds takes well under a second, but for the waits in the cases themselves, which are 3 s at most.
const PATIENCE_MS = 6_000
// For a second look at what came out otherwise than the page has it: this machine may have been too busy.
const LONG_PATIENCE_MS = 15_000
const CASE_LIMIT_MS = 20_000

const jar = await findOfficialEmulator()
const installed = jar === undefined ? undefined : await officialEmulatorVersion(jar)
const updating = process.env['UPDATE_DOCS'] === '1'
const { version: described, verdicts: known } = readTables(readDocsPage(), THEMES)
const comparable = installed !== undefined && (installed === described || updating)

testIf(comparable, `official emulator ${described} not installed`)(
  'docs/pubsub-emulator.md tells the truth about the official emulator',
  async () => {
    const judged = await judgeAll()
    const page = withTables(readDocsPage(), installed ?? '', judged, THEMES)
    if (updating) writeDocsPage(page)
    expect(readDocsPage()).toBe(page)
  },
  120_000,
)

async function judgeAll(): Promise<Map<Case, Verdict>> {
  const emulator = await startOfficialEmulator(jar ?? '')
  const judged = new Map<Case, Verdict>()
  const judge = async (cases: readonly Case[], patienceMs: number, atOnce: number) => {
    const connection = await connect(emulator.host, patienceMs)
    await forEachAtMost(atOnce, cases, async one => {
      const holds = runCase(connection, one, CASE_LIMIT_MS)
      judged.set(
        one,
        await holds.then(
          () => 'yes',
          () => 'no',
        ),
      )
    })
    await connection.close()
  }
  try {
    const cases = allCases(THEMES)
    await judge(cases, PATIENCE_MS, AT_ONCE)
    const unlike = cases.filter(one => known.has(one) && known.get(one) !== judged.get(one))
    await judge(unlike, LONG_PATIENCE_MS, 1)
    return judged
  } finally {
    await emulator.close()
  }
}
