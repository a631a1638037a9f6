import { expect, test } from '@jest/globals'
import type { AccountId } from '../../../lib/ledger/account.ts'
import { Books, statusAfter } from '../../../lib/ledger/books.ts'
import type { Reserved, TransactionId } from '../../../lib/ledger/transaction.ts'

const reserved: Reserved = {
  kind: 'reserved',
  transaction: {
    seq: 1,
    transactionId: 't1' as TransactionId,
    type: 'hold',
    sourceAccountId: 'a' as AccountId,
    destinationAccountId: 'b' as AccountId,
    amount: 1n,
    currency: null,
    parentTransactionId: null,
  },
  currency: 'USD',
  sourceBalanceAfter: 1n,
  sourceVersion: 1,
  heldChange: 1n,
}
const { transaction } = reserved

test('throws on a decision over an account that the books do not have', () => {
  expect(() => new Books(new Map(), {}).record(reserved)).toThrow('without account a')
})

test('a hold is HELD, whatever else was done is COMPLETED, and what was refused is FAILED', () => {
  const done = { ...reserved, transaction: { ...transaction, type: 'void' as const } }
  const refused = { kind: 'rejected', transaction, reason: 'account_closed' } as const
  expect([reserved, done, refused].map(statusAfter)).toEqual(['HELD', 'COMPLETED', 'FAILED'])
})
