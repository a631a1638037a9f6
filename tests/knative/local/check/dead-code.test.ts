import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { BrokenCopy, stepOf } from './broken-copy.ts'

const unused = stepOf('files, exports and packages that nothing uses')
const usedByTests = stepOf('files and exports that only tests use')

const copy = new BrokenCopy()
beforeAll(() => copy.create())
afterAll(() => copy.remove())

test('nothing is dead in the code as it is, and each way of being dead is found', async () => {
  for (const step of [unused, usedByTests]) expect(await copy.check(step)).toMatchObject({ code: 0 })

  await copy.add('lib/dead-file.ts', 'export const dead = 1\n')
  await copy.add('functions/console/page/moments.ts', 'export const deadOnThePage = 1\n')
  await copy.add('lib/ledger/money.ts', 'export type DeadType = string\n')
  await copy.add('loadgen/random/draw.ts', 'export function usedInItsFile() {}\nusedInItsFile()\n')
  await copy.add('tests/support/database.ts', 'export const deadInTests = 1\n')
  await copy.add('knative/local/owner-lock.mjs', "import 'not-declared'\n")
  await copy.replace('package.json', '"ajv":', '"not-used": "1.0.0",\n    "ajv":')
  await copy.replace('package.json', '"axe-core":', '"not-used-by-tests": "1.0.0",\n    "axe-core":')
  await copy.replace('knative/local/check/knip.ts', "'jest',", "'jest',\n  'excused-in-vain',")
  const found = await copy.check(unused)
  expect(found.code).toBe(1)
  for (const line of [
    /^lib\/dead-file\.ts/m,
    /^deadOnThePage functions\/console\/page\/moments\.ts:\d+/m,
    /^DeadType type lib\/ledger\/money\.ts:\d+/m,
    /^usedInItsFile function loadgen\/random\/draw\.ts:\d+/m,
    /^deadInTests tests\/support\/database\.ts:\d+/m,
    /^not-declared knative\/local\/owner-lock\.mjs:\d+/m,
    /^not-used package\.json:\d+/m,
    /^not-used-by-tests package\.json:\d+/m,
    /^excused-in-vain /m,
  ])
    expect(found.said).toMatch(line)
}, 120_000)

test('what only tests use is dead too, but for what its own file uses', async () => {
  await copy.add('lib/tested-file.ts', 'export const tested = 1\n')
  await copy.add('lib/ledger/money.ts', 'export const testedAlone = 1\n')
  await copy.add(
    'lib/ledger/money.ts',
    'export const testedAndUsed = 1\nexport const sum = testedAndUsed + 1\n',
  )
  await copy.add(
    'tests/lib/uses.test.ts',
    "import { tested } from '../../lib/tested-file.ts'\n" +
      "import { sum, testedAlone, testedAndUsed } from '../../lib/ledger/money.ts'\n" +
      'console.log(tested, sum, testedAlone, testedAndUsed)\n',
  )
  expect((await copy.check(unused)).said).not.toMatch(/tested/)
  const { code, said } = await copy.check(usedByTests)
  expect(code).toBe(1)
  expect(said).toMatch(/^lib\/tested-file\.ts/m)
  expect(said).toMatch(/^testedAlone lib\/ledger\/money\.ts:\d+/m)
  expect(said).not.toMatch(/testedAndUsed/)
}, 120_000)
