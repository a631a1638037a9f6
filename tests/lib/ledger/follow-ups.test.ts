import { expect, test } from '@jest/globals'
import type { Account, AccountId } from '../../../lib/ledger/account.ts'
import { applyBatch } from '../../../lib/ledger/apply-batch.ts'
import { MAX_MONEY } from '../../../lib/ledger/money.ts'
import type {
  Parent,
  PendingTransaction,
  TransactionId,
  TransactionType,
} from '../../../lib/ledger/transaction.ts'

function account(name: string, balance: bigint, over: Partial<Account> = {}): Account {
  const rest = { currency: 'USD', status: 'ACTIVE', held: 0n, overdraftLimit: 0n, version: 0 } as const
  return { accountId: name as AccountId, balance, ...rest, ...over }
}

function given(a: Account, b: Account = account('b', 0n)): Map<string, Account> {
  return new Map([a, b].map(entry => [entry.accountId, entry]))
}

let seq = 0
function order(type: TransactionType, amount: bigint, parent: string | null = null): PendingTransaction {
  seq += 1
  const [source, destination] = type === 'reversal' ? ['b', 'a'] : ['a', 'b']
  return {
    seq,
    transactionId: `t${seq}` as TransactionId,
    type,
    sourceAccountId: source as AccountId,
    destinationAccountId: destination as AccountId,
    amount,
    currency: null,
    parentTransactionId: parent as TransactionId | null,
  }
}

function asParent(transaction: PendingTransaction, over: Partial<Parent> = {}): Parent {
  return { ...transaction, status: 'PENDING', settledAmount: 0n, ...over }
}

/** Decides the batch with the parents of its follow-ups, those in the batch included. */
function decided(
  accounts: Map<string, Account>,
  batch: readonly PendingTransaction[],
  outside: readonly Parent[] = [],
) {
  const parents = new Map(
    [...batch.map(transaction => asParent(transaction)), ...outside].map(parent => [
      parent.transactionId as string,
      parent,
    ]),
  )
  const result = applyBatch(accounts, batch, { parents })
  const after = new Map([...accounts, ...result.changed.map(entry => [entry.accountId, entry] as const)])
  return {
    said: result.outcomes.map(outcome => (outcome.kind === 'rejected' ? outcome.reason : outcome.kind)),
    state: [...after.values()].map(({ balance, held, version }) => [balance, held, version]),
    parents: result.changedParents.map(({ status, settledAmount }) => [status, settledAmount]),
  }
}

const hold = (amount: bigint) => order('hold', amount)

test('a hold reserves money and moves none', () => {
  expect(decided(given(account('a', 10n)), [hold(4n)])).toMatchObject({
    said: ['reserved'],
    state: [
      [10n, 4n, 1],
      [0n, 0n, 0],
    ],
  })
})

test('what is held cannot be spent or held again', () => {
  const batch = [hold(4n), order('transfer', 7n), hold(7n), order('transfer', 6n)]
  expect(decided(given(account('a', 10n)), batch).said).toEqual([
    'reserved',
    'insufficient_funds',
    'insufficient_funds',
    'applied',
  ])
})

test('a capture of all moves what was held', () => {
  const held = hold(4n)
  expect(decided(given(account('a', 10n)), [held, order('capture', 4n, held.transactionId)])).toEqual({
    said: ['reserved', 'applied'],
    state: [
      [6n, 0n, 2],
      [4n, 0n, 1],
    ],
    parents: [['COMPLETED', 4n]],
  })
})

test('a capture of a part lets the rest of the hold go', () => {
  const held = hold(4n)
  const batch = [held, order('capture', 1n, held.transactionId), order('transfer', 9n)]
  expect(decided(given(account('a', 10n)), batch)).toMatchObject({
    said: ['reserved', 'applied', 'applied'],
    state: [
      [0n, 0n, 3],
      [10n, 0n, 2],
    ],
    parents: [['COMPLETED', 1n]],
  })
})

test('a void lets a hold go, from a frozen account too', () => {
  const held = hold(4n)
  const accounts = given(account('a', 10n, { held: 4n, status: 'FROZEN' }))
  const outside = [asParent(held, { status: 'HELD' })]
  expect(decided(accounts, [order('void', 4n, held.transactionId)], outside)).toEqual({
    said: ['reserved'],
    state: [
      [10n, 0n, 1],
      [0n, 0n, 0],
    ],
    parents: [['VOIDED', 0n]],
  })
})

test('a reversal moves back what was moved, in parts too, and never more', () => {
  const moved = order('transfer', 4n)
  const back = (amount: bigint) => order('reversal', amount, moved.transactionId)
  const batch = [moved, back(3n), back(2n), back(1n), back(1n)]
  expect(decided(given(account('a', 10n)), batch)).toEqual({
    said: ['applied', 'applied', 'exceeds_parent', 'applied', 'exceeds_parent'],
    state: [
      [10n, 0n, 3],
      [0n, 0n, 3],
    ],
    parents: [['COMPLETED', 4n]],
  })
})

test('a hold needs no room at its destination before it is captured', () => {
  const held = hold(4n)
  const batch = [held, order('capture', 4n, held.transactionId)]
  expect(decided(given(account('a', 10n), account('b', MAX_MONEY)), batch).said).toEqual([
    'reserved',
    'balance_limit',
  ])
})

test('a hold that could not be paid is refused', () => {
  expect(decided(given(account('a', 3n)), [hold(4n)])).toMatchObject({ said: ['insufficient_funds'] })
})

test.each<[string, TransactionType, Parent['status'], bigint, string]>([
  ['a capture of a hold that was refused', 'capture', 'FAILED', 0n, 'hold_not_open'],
  ['a capture of a hold that was captured', 'capture', 'COMPLETED', 4n, 'hold_not_open'],
  ['a capture of a hold that was voided', 'capture', 'VOIDED', 0n, 'hold_not_open'],
  ['a void of a hold that was captured', 'void', 'COMPLETED', 4n, 'hold_not_open'],
  ['a reversal of what was refused', 'reversal', 'FAILED', 0n, 'parent_not_completed'],
  ['a reversal of what was reversed', 'reversal', 'COMPLETED', 4n, 'exceeds_parent'],
  ['a follow-up of what is undecided', 'reversal', 'PENDING', 0n, 'deferred'],
])('%s', (_, type, status, settledAmount, expected) => {
  const parent = order(type === 'reversal' ? 'transfer' : 'hold', 4n)
  const accounts = given(account('a', 9n, { held: 9n }), account('b', 9n))
  const outside = [asParent(parent, { status, settledAmount })]
  expect(decided(accounts, [order(type, 4n, parent.transactionId)], outside)).toMatchObject({
    said: [expected],
    parents: [],
  })
})

// Each has the faults of all lower reasons too, so it must win over them.
test.each<[string, TransactionType, Partial<Parent>]>([
  ['hold_not_open', 'capture', { status: 'VOIDED' }],
  ['parent_not_completed', 'reversal', { status: 'FAILED' }],
  ['exceeds_parent', 'capture', { status: 'HELD' }],
])('refuses with %s before any reason of lower precedence', (reason, type, over) => {
  const parent = asParent(order(type === 'reversal' ? 'transfer' : 'hold', 4n), over)
  const closed = account('b', MAX_MONEY, { status: 'CLOSED', currency: 'EUR' })
  const accounts = given(account('a', MAX_MONEY, { held: 4n, status: 'FROZEN' }), closed)
  expect(decided(accounts, [order(type, 5n, parent.transactionId)], [parent]).said).toEqual([reason])
})

test('two captures of one hold: one wins', () => {
  const held = hold(4n)
  const capture = () => order('capture', 4n, held.transactionId)
  expect(decided(given(account('a', 4n)), [held, capture(), capture()]).said).toEqual([
    'reserved',
    'applied',
    'hold_not_open',
  ])
})

test('a deferred hold is no credit to its destination', () => {
  const batch = [hold(4n), { ...order('transfer', 1n), sourceAccountId: 'b', destinationAccountId: 'a' }]
  const accounts = given(account('a', 0n), account('b', 0n))
  const parents = new Map<string, Parent>()
  const pendingCredits = new Map([['a', 0]])
  const { outcomes } = applyBatch(accounts, batch as PendingTransaction[], { parents, pendingCredits })
  expect(outcomes.map(({ kind }) => kind)).toEqual(['deferred', 'rejected'])
})

test.each([
  ['a follow-up without a parent', order('capture', 1n)],
  ['a transfer with a parent', order('transfer', 1n, 't1')],
  ['a follow-up whose parent was not brought along', order('void', 1n, 'unknown')],
])('throws on %s, which is a bug and not a refusal', (_, transaction) => {
  expect(() => applyBatch(given(account('a', 9n)), [transaction])).toThrow(transaction.transactionId)
})

test('throws on a follow-up whose parent is in the batch, but was not brought along', () => {
  const held = hold(4n)
  const batch = [held, order('capture', 4n, held.transactionId)]
  expect(() => applyBatch(given(account('a', 9n)), batch)).toThrow('came without its parent')
})

test('throws rather than let go of more than is held', () => {
  const held = hold(4n)
  const outside = [asParent(held, { status: 'HELD' })]
  const batch = [order('void', 4n, held.transactionId)]
  expect(() => decided(given(account('a', 9n, { held: 3n })), batch, outside)).toThrow(
    'account a would hold -1',
  )
})
