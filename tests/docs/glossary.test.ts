import { expect, test } from '@jest/globals'
import {
  findIdlePlain,
  findOrderFaults,
  findRefused,
  findUndefined,
  findUnused,
} from '../support/documented/find-word-faults.ts'
import { readGlossary } from '../support/documented/glossary.ts'
import {
  CHOSEN,
  namesOfCode,
  namesOfDescription,
  namesOfSchema,
  STORED,
} from '../support/documented/names.ts'
import { read } from '../support/documented/repository.ts'

const TEXT = read('docs/glossary.md')
const GLOSSARY = readGlossary(TEXT)

test('has every word that the schema, statuses, reasons, scopes and metrics are named with', () => {
  expect(findUndefined(GLOSSARY, STORED)).toEqual([])
  expect(findIdlePlain(STORED)).toEqual([])
})

test('has no word that code, the schema and the API do not use', () => {
  expect(findUnused(GLOSSARY, CHOSEN)).toEqual([])
})

test('what it says not to call a thing, nothing is called', () => {
  expect(findRefused(GLOSSARY, CHOSEN)).toEqual([])
})

test('has each word once, in the order of the alphabet', () => {
  expect(findOrderFaults(GLOSSARY)).toEqual([])
})

test('finds the words and names that there are', () => {
  expect(GLOSSARY.terms.length).toBeGreaterThan(80)
  expect(GLOSSARY.refused.size).toBeGreaterThan(40)
  const stored = STORED.map(({ name }) => name)
  expect(stored).toEqual(
    expect.arrayContaining([
      ...[
        'accounts',
        'ledger_entries',
        'verified_seqs',
        'overdraft_limit',
        'settled_amount',
        'decided_at',
        'hash',
      ],
      ...[
        'FROZEN',
        'DISCARDED',
        'capture',
        'same_account',
        'rate_limited',
        'transaction_twice',
        'invalid_json',
      ],
      ...['transactions:write', 'settle.flush.size', 'settle.listener'],
    ]),
  )
  const chosen = CHOSEN.map(({ name }) => name)
  expect(chosen).toEqual(
    expect.arrayContaining(['applyBatch', 'expires_at', 'minVersion', 'getBalance', 'IN']),
  )
})

const place = 'lib/x.ts'

test('sees a word that nobody has defined', () => {
  expect(findUndefined(GLOSSARY, [{ name: 'escrow_account_id', place }])).toEqual([
    'lib/x.ts: "escrow" in escrow_account_id is not in docs/glossary.md: say it with a word of it, or add it',
  ])
  const without = readGlossary(TEXT.replace(/^\| outbox \|.*\n/m, ''))
  expect(findUndefined(without, STORED)).toEqual(
    expect.arrayContaining([expect.stringContaining('"outbox" in outbox is not in docs/glossary.md')]),
  )
})

test('sees a plain word that is of no more use', () => {
  expect(findIdlePlain(STORED.filter(({ name }) => !/twice/.test(name)))).toEqual(['twice'])
})

test.each(['wallet', 'dead box', 'bell, gong'])('sees the entry %s, which nothing uses', entry => {
  const glossary = readGlossary(`${TEXT.split('\n').slice(0, 6).join('\n')}\n| ${entry} | a thing |\n`)
  expect(findUnused(glossary, CHOSEN)).toEqual([
    expect.stringMatching(/^docs\/glossary\.md:7 "[a-z ]+" is in no name/),
  ])
})

test.each([
  ['walletId', '"wallet" in walletId is called account'],
  ['REFUND', '"refund" in REFUND is called reversal'],
  ['open_jobs', '"job" in open_jobs is called step'],
  ['paymentReverted', '"payment" in paymentReverted is called transaction'],
])('sees that %s is a thing with another name', (name, said) => {
  expect(findRefused(GLOSSARY, [{ name, place }])).toContain(`lib/x.ts: ${said}`)
})

const table = (...rows: string[]) => readGlossary(['| word | what it is |', '|---|---|', ...rows].join('\n'))

test('sees an order that is none, and a word that is there twice', () => {
  expect(findOrderFaults(table('| bell | a |', '| apply | b |'))).toEqual([
    'docs/glossary.md:4 "apply" stands behind what comes after it',
  ])
  expect(findOrderFaults(table('| bell | a |', '| bell | b |'))).toEqual(['"bell" is there twice'])
  expect(
    findOrderFaults(table('| apply | a |', '', '## Not these', '', '| do | act |', '| make | apply |')),
  ).toEqual(['"do" is to be called act, which is no term'])
  expect(findOrderFaults(table('| apply | a |', '', '## Not these', '', '| apply | apply |'))).toEqual([
    '"apply" is a term and refused',
  ])
})

test('reads names from where they are chosen', () => {
  const migration = `
CREATE TABLE IF NOT EXISTS purses (
  purse_id   \${ID} NOT NULL PRIMARY KEY,
  state      ENUM('OPEN','SHUT') NOT NULL,
  KEY purses_by_state (state),
  CONSTRAINT purses_state CHECK (state = 'OPEN')
)
ALTER TABLE purses
  ADD COLUMN colour VARCHAR(64) NULL AFTER state,
  ADD CONSTRAINT purses_colour CHECK (colour <> ''),
  DROP CONSTRAINT purses_state`
  const names = namesOfSchema(place, migration).map(({ name }) => name)
  expect(names).toEqual(['purses', 'purse_id', 'state', 'colour', 'OPEN', 'SHUT'])
  const code = 'const bell = ring(`SELECT seq`) // a wallet\n/** A purse. */\nlink()'
  expect(namesOfCode(place, code).map(({ name }) => name)).toEqual([
    'const',
    'bell',
    'ring',
    'SELECT',
    'seq',
    'link',
  ])
  const api = { properties: { amount: { enum: ['A'], example: { wallet: 1 } } }, operationId: 'pay' }
  expect(namesOfDescription(api).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['amount', 'A', 'pay']),
  )
  expect(namesOfDescription(api).map(({ name }) => name)).not.toContain('wallet')
})
