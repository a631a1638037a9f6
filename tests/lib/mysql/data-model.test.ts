import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { findModelFaults } from '../../support/documented/find-model-faults.ts'
import { type DescribedSchema, readSchema } from '../../support/documented/read-schema.ts'

const PAGE = readFileSync(new URL('../../../docs/data-model.md', import.meta.url), 'utf8')

let database: TestDatabase
let schema: DescribedSchema
beforeAll(async () => {
  database = await createDatabase()
  schema = await readSchema(database.db)
})
afterAll(() => database.drop())

test('docs/data-model.md has every table, column, index, constraint and state that the migrations make, and no other', () => {
  expect(findModelFaults(PAGE, schema)).toEqual([])
  expect(Object.keys(schema).length).toBeGreaterThan(10)
})

test.each([
  [
    'a column left out',
    /\| `held_change` \| `DEC.*\n/,
    '',
    'transactions: columns is not described: held_change decimal(19,4)',
  ],
  [
    'a column misnamed',
    '`failure_count`',
    '`failures`',
    'transactions: columns is not there: failures smallint unsigned',
  ],
  [
    'a type that is another',
    '`name` | `VARCHAR(200) NULL`',
    '`name` | `VARCHAR(200)`',
    'users: columns is not there: name varchar(200)',
  ],
  [
    'an index left out',
    /\| `transactions_by_time` .*\n/,
    '',
    'transactions: indexes is not described: transactions_by_time accepted_at',
  ],
  [
    'the columns of an index in another order',
    '`user_id, account_id`',
    '`account_id, user_id`',
    'accounts: indexes is not there: accounts_by_user account_id, user_id',
  ],
  [
    'a constraint left out',
    /\| `accounts_held` .*\n/,
    '',
    'accounts: constraint is not described: accounts_held',
  ],
  ['a table left out', '### verified_seqs', '### other_seqs', 'table is not described: verified_seqs'],
  ['a table that is not there', '### verified_seqs', '### other_seqs', 'table is not there: other_seqs'],
  ['a column of the picture', 'code currency', 'code coin', 'picture: no accounts.coin'],
  ['a table of the picture', 'chain_links |o--|{', 'links |o--|{', 'picture: no links'],
  [
    'a state that is not there',
    ': voided, or expired',
    ': EXPIRED',
    'transactions: state is not there: EXPIRED',
  ],
  [
    'a state left out',
    /^ {2}(\w+ --> FROZEN|FROZEN -->).*\n/gm,
    '',
    'accounts: state is not described: FROZEN',
  ],
])('sees %s', (_what, right, wrong, said) => {
  const slipped = PAGE.replace(right, wrong)
  expect(slipped).not.toBe(PAGE)
  expect(findModelFaults(slipped, schema)).toContain(said)
})
