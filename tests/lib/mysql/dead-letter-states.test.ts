import { afterAll, beforeAll, expect, test } from '@jest/globals'
import * as ledger from '../../../lib/mysql/migrations/20261121_ledger.ts'
import * as states from '../../../lib/mysql/migrations/20261123_dead_letter_states.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
  // The table as it was before there were states, with a letter in it.
  await database.db.raw('DROP TABLE dead_letters')
  await ledger.up(database.db)
  await database.db.raw(
    `INSERT INTO dead_letters (source, message_id, item, reason, detail, payload, created_at)
     VALUES ('event', '7', 3, 'invalid_request', 'x', '{}', NOW(6))`,
  )
})
afterAll(() => database.drop())

test('makes what was kept before OPEN, and does nothing when it runs again', async () => {
  await states.up(database.db)
  await states.up(database.db)
  const [rows] = await database.db.raw('SELECT message_id, item, state, resolved_by FROM dead_letters')
  expect(rows).toEqual([{ message_id: '7', item: '3', state: 'OPEN', resolved_by: null }])
})

test.each([
  [`state = 'DISCARDED', resolved_by = 'a', resolved_at = NOW(6)`, 'dead_letters_discarded'],
  [`state = 'DISCARDED', discard_reason = 'a', resolved_by = 'a'`, 'dead_letters_resolved'],
  [`state = 'DISCARDED', discard_reason = 'a', resolved_at = NOW(6)`, 'dead_letters_resolved'],
  [`state = 'REPLAYED', resolved_at = NOW(6)`, 'dead_letters_resolved'],
  [`resolved_by = 'a', resolved_at = NOW(6)`, 'dead_letters_resolved'],
  [`discard_reason = 'a'`, 'dead_letters_discarded'],
  [`replay_transaction_id = 'a'`, 'dead_letters_replayed'],
])('lets no letter be %s', async (change, rule) => {
  await expect(database.db.raw(`UPDATE dead_letters SET ${change}`)).rejects.toThrow(rule)
})
