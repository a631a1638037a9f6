import { expect, test } from '@jest/globals'
import { DEFAULT_PREFIX, isSystemAccount, WORLD_PREFIX, worldAccountId } from '../../../lib/ledger/account.ts'
import { RESERVED_PREFIXES } from '../../../lib/ledger/transaction.ts'

test('ids that are ours begin as those that are stored do', () => {
  expect([DEFAULT_PREFIX, WORLD_PREFIX]).toEqual(['user:', 'world:'])
  expect(RESERVED_PREFIXES).toEqual(['opening:', 'expiry:', 'add:', 'replay:'])
})

test.each([
  [worldAccountId('USD'), true],
  ['world:', true],
  ['worldwide', false],
  ['hello-world:', false],
  [`${DEFAULT_PREFIX}ana:USD`, false],
])('%s is a system account: %p', (accountId, expected) => {
  expect(isSystemAccount(accountId)).toBe(expected)
})

test('each currency has a system account of its own', () => {
  expect(worldAccountId('USD')).not.toBe(worldAccountId('EUR'))
})
