import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { findInvariantFaults, readRows } from '../support/documented/find-invariant-faults.ts'

const PAGE = readFileSync(new URL('../../docs/invariants.md', import.meta.url), 'utf8')

test('docs/invariants.md names only tests, files, constraints and code that are there, and something that sees each invariant', () => {
  expect(findInvariantFaults(PAGE)).toEqual([])
  expect(readRows(PAGE).length).toBeGreaterThan(20)
})

test.each([
  [
    'a test',
    '"knows an id from the moment',
    '"knows every id from the moment',
    'no test is called: knows every id from the moment it was accepted',
  ],
  [
    'a file of tests',
    '`tests/resilience/stream.test.ts`',
    '`tests/resilience/streams.test.ts`',
    'there is no tests/resilience/streams.test.ts',
  ],
  [
    'a file by its name',
    '`verification-under-load.test.ts`',
    '`verification-on-load.test.ts`',
    'there is no verification-on-load.test.ts',
  ],
  ['a file of the code', '`change-account.ts`', '`change-accounts.ts`', 'there is no change-accounts.ts'],
  ['a constraint', '`CHECK accounts_held`', '`CHECK accounts_hold`', 'there is no CHECK accounts_hold'],
  ['a word of the code', '`refuseForeign`', '`refuseStrangers`', 'there is no refuseStrangers'],
  ['a command', '`npm run verify`', '`npm run verification`', 'there is no npm run verification'],
])('sees %s that is not there', (_what, right, wrong, said) => {
  const slipped = PAGE.replace(right, wrong)
  expect(slipped).not.toBe(PAGE)
  expect(findInvariantFaults(slipped)).toContain(said)
})

test('sees an invariant that nothing sees', () => {
  const slipped = `${PAGE}| the sun rises | habit | – |\n`
  expect(findInvariantFaults(slipped)).toEqual(['nothing sees: the sun rises | habit | –'])
})
