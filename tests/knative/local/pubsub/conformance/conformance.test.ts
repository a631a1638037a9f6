import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type RunningPubsub, startPubsub } from '../../../../../knative/local/pubsub/index.ts'
import { THEMES } from './cases/index.ts'
import { type Connection, connect } from './support/connection.ts'
import { readDocsPage } from './support/docs-page.ts'
import { runCase } from './support/run-case.ts'
import { allCases, readTables, withTables } from './support/verdicts.ts'

// Bounds on a hang, wide for a busy machine: what holds takes a few seconds at most.
const PATIENCE_MS = 20_000
const CASE_LIMIT_MS = 28_000

let pubsub: RunningPubsub
let connection: Connection

beforeAll(async () => {
  // Off, because cases refuse pushes; the back-off has tests of its own.
  pubsub = await startPubsub({ port: 0, adminPort: 0, pushBackoff: false, pushSlowStart: false })
  connection = await connect(pubsub.host, PATIENCE_MS)
})

afterAll(async () => {
  await connection?.close()
  await pubsub?.close()
})

const cases = THEMES.flatMap(theme => theme.cases.map(one => ({ theme: theme.title, ...one })))

test.concurrent.each(cases)('$theme: $behaviour ($source)', one => runCase(connection, one, CASE_LIMIT_MS))

test('docs/pubsub-emulator.md lists these behaviours, and no other', () => {
  const page = readDocsPage()
  const { version, verdicts } = readTables(page, THEMES)
  expect(withTables(page, version, verdicts, THEMES)).toBe(page)
})

test('the tables are read as they are written', () => {
  const verdicts = new Map(
    allCases(THEMES).map((one, index) => [one, index % 2 === 0 ? 'yes' : 'no'] as const),
  )
  const written = withTables(readDocsPage(), '1.2.3', verdicts, THEMES)
  expect(readTables(written, THEMES)).toEqual({ version: '1.2.3', verdicts })
})

test('no two cases of a theme claim the same', () => {
  const names = cases.map(({ theme, behaviour }) => `${theme}: ${behaviour}`)
  expect(names).toEqual([...new Set(names)])
})
