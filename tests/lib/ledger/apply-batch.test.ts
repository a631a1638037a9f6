import { expect, test } from '@jest/globals'
import type { Account, AccountId } from '../../../lib/ledger/account.ts'
import { applyBatch } from '../../../lib/ledger/apply-batch.ts'
import { MAX_MONEY } from '../../../lib/ledger/money.ts'
import { REJECTIONS, type Rejection } from '../../../lib/ledger/rejection.ts'
import type { PendingTransaction, TransactionId } from '../../../lib/ledger/transaction.ts'

function account(accountId: string, balance: bigint, over: Partial<Account> = {}): Account {
  const id = accountId as AccountId
  return {
    accountId: id,
    currency: 'USD',
    status: 'ACTIVE',
    balance,
    held: 0n,
    overdraftLimit: 0n,
    version: 0,
    ...over,
  }
}

function accounts(...list: Account[]): Map<string, Account> {
  return new Map(list.map(entry => [entry.accountId, entry]))
}

function transfer(seq: number, source: string, destination: string, amount: bigint): PendingTransaction {
  return {
    seq,
    transactionId: `t${seq}` as TransactionId,
    type: 'transfer',
    sourceAccountId: source as AccountId,
    destinationAccountId: destination as AccountId,
    amount,
    currency: null,
    parentTransactionId: null,
  }
}

function said(result: ReturnType<typeof applyBatch>): string[] {
  return result.outcomes.map(outcome => (outcome.kind === 'rejected' ? outcome.reason : outcome.kind))
}

test('moves money and counts a version on both sides', () => {
  const { outcomes, changed } = applyBatch(accounts(account('a', 100n, { version: 7 }), account('b', 5n)), [
    transfer(1, 'a', 'b', 30n),
  ])
  expect(outcomes).toEqual([
    expect.objectContaining({
      kind: 'applied',
      currency: 'USD',
      sourceBalanceAfter: 70n,
      destinationBalanceAfter: 35n,
      sourceVersion: 8,
      destinationVersion: 1,
    }),
  ])
  expect(changed.map(({ accountId, balance, version }) => [accountId, balance, version])).toEqual([
    ['a', 70n, 8],
    ['b', 35n, 1],
  ])
})

test('leaves the accounts it was given as they were', () => {
  const given = accounts(account('a', 100n), account('b', 0n))
  applyBatch(given, [transfer(1, 'a', 'b', 100n)])
  expect(given.get('a')?.balance).toBe(100n)
})

test('lets a transfer spend what one before it brought', () => {
  const given = accounts(account('a', 10n), account('b', 0n), account('c', 0n))
  expect(said(applyBatch(given, [transfer(1, 'a', 'b', 10n), transfer(2, 'b', 'c', 10n)]))).toEqual([
    'applied',
    'applied',
  ])
})

test('goes on after a refusal', () => {
  const given = accounts(account('a', 10n), account('b', 0n))
  const batch = [transfer(1, 'a', 'b', 11n), transfer(2, 'a', 'b', 10n)]
  expect(said(applyBatch(given, batch))).toEqual(['insufficient_funds', 'applied'])
})

// Each row adds the fault of its reason to all the faults of lower precedence: so each must win over those below.
const world = { overdraftLimit: null }
const ofParents = ['hold_not_open', 'parent_not_completed', 'exceeds_parent'] as const
type OfParent = (typeof ofParents)[number]
const faults: Record<Exclude<Rejection, OfParent>, [Account[], PendingTransaction]> = {
  same_account: [[], transfer(1, 'a', 'a', 1n)],
  unknown_source: [[], transfer(1, 'a', 'b', 1n)],
  unknown_destination: [[account('a', 0n, { status: 'CLOSED' })], transfer(1, 'a', 'b', 1n)],
  account_closed: [
    [account('a', 0n, { status: 'FROZEN' }), account('b', MAX_MONEY, { status: 'CLOSED', currency: 'EUR' })],
    transfer(1, 'a', 'b', 1n),
  ],
  account_frozen: [
    [account('a', 0n), account('b', MAX_MONEY, { status: 'FROZEN', currency: 'EUR' })],
    transfer(1, 'a', 'b', 1n),
  ],
  currency_mismatch: [
    [account('a', 0n), account('b', MAX_MONEY, { currency: 'EUR' })],
    transfer(1, 'a', 'b', 1n),
  ],
  insufficient_funds: [[account('a', 0n), account('b', MAX_MONEY)], transfer(1, 'a', 'b', 1n)],
  balance_limit: [[account('a', 0n, world), account('b', MAX_MONEY)], transfer(1, 'a', 'b', 1n)],
}

const ofAccounts = REJECTIONS.filter((reason): reason is keyof typeof faults => reason in faults)
test.each(ofAccounts)('refuses with %s before any reason of lower precedence', reason => {
  const [given, refused] = faults[reason]
  const result = applyBatch(accounts(...given), [refused])
  expect(said(result)).toEqual([reason])
  expect(result.changed).toEqual([])
})

test('every reason is tried, here or among the follow-ups', () => {
  expect([...ofAccounts, ...ofParents].sort()).toEqual([...REJECTIONS].sort())
})

test.each<[string, bigint, Partial<Account>, string]>([
  ['all that is there', 100n, {}, 'applied'],
  ['one more than is there', 101n, {}, 'insufficient_funds'],
  ['the whole overdraft', 150n, { overdraftLimit: 50n }, 'applied'],
  ['one more than the overdraft', 151n, { overdraftLimit: 50n }, 'insufficient_funds'],
  ['what is not held', 60n, { held: 40n }, 'applied'],
  ['one more than is not held', 61n, { held: 40n }, 'insufficient_funds'],
  ['without limit', MAX_MONEY, world, 'applied'],
  ['all down to the lowest balance there is', MAX_MONEY, { ...world, balance: 0n }, 'applied'],
  ['more than the lowest balance there is', MAX_MONEY, { ...world, balance: -1n }, 'balance_limit'],
])('decides on a debit of %s', (_name, amount, over, expected) => {
  const given = accounts(account('a', 100n, over), account('b', 0n))
  expect(said(applyBatch(given, [transfer(1, 'a', 'b', amount)]))).toEqual([expected])
})

test.each<[string, Partial<Account>, Partial<Account>, Rejection]>([
  ['a closed source', { status: 'CLOSED' }, {}, 'account_closed'],
  ['a closed destination', {}, { status: 'CLOSED' }, 'account_closed'],
  ['a frozen source', { status: 'FROZEN' }, {}, 'account_frozen'],
  ['a frozen destination', {}, { status: 'FROZEN' }, 'account_frozen'],
])('refuses %s, whatever it has', (_name, source, destination, reason) => {
  const given = accounts(account('a', 10n, source), account('b', 0n, destination))
  expect(said(applyBatch(given, [transfer(1, 'a', 'b', 1n)]))).toEqual([reason])
})

test.each([
  ['takes a currency that is that of the accounts', 'USD', 'applied'],
  ['refuses a currency that is not that of the accounts', 'EUR', 'currency_mismatch'],
])('%s', (_name, currency, expected) => {
  const given = accounts(account('a', 10n), account('b', 0n))
  expect(said(applyBatch(given, [{ ...transfer(1, 'a', 'b', 1n), currency }]))).toEqual([expected])
})

test('defers a debit while a credit accepted before it is pending outside the batch', () => {
  const given = accounts(account('a', 0n), account('b', 0n))
  expect(
    said(applyBatch(given, [transfer(5, 'a', 'b', 1n)], { pendingCredits: new Map([['a', 4]]) })),
  ).toEqual(['deferred'])
})

const atOnce = ofAccounts.filter(reason => reason !== 'insufficient_funds')
test.each(atOnce)('refuses with %s at once, although a credit to the source is pending', reason => {
  const [given, refused] = faults[reason]
  const result = applyBatch(accounts(...given), [refused], { pendingCredits: new Map([['a', 0]]) })
  expect(said(result)).toEqual([reason])
})

test('refuses a debit whose only pending credit was accepted after it', () => {
  const given = accounts(account('a', 0n), account('b', 0n))
  const result = applyBatch(given, [transfer(5, 'a', 'b', 1n)], { pendingCredits: new Map([['a', 6]]) })
  expect(said(result)).toEqual(['insufficient_funds'])
})

test('defers what a source sent after a deferred debit, even if it could be paid', () => {
  const given = accounts(account('a', 1n), account('b', 0n))
  const batch = [transfer(5, 'a', 'b', 2n), transfer(6, 'a', 'b', 1n)]
  expect(said(applyBatch(given, batch, { pendingCredits: new Map([['a', 4]]) }))).toEqual([
    'deferred',
    'deferred',
  ])
})

test('defers a debit that waits for a deferred credit', () => {
  const given = accounts(account('a', 0n), account('b', 0n), account('c', 0n))
  const batch = [transfer(5, 'a', 'b', 2n), transfer(6, 'b', 'c', 2n)]
  expect(said(applyBatch(given, batch, { pendingCredits: new Map([['a', 4]]) }))).toEqual([
    'deferred',
    'deferred',
  ])
})

test.each([
  ['a batch out of order', [transfer(2, 'a', 'b', 1n), transfer(1, 'a', 'b', 1n)], 'seq 1 after 2'],
  ['a transaction twice in a batch', [transfer(1, 'a', 'b', 1n), transfer(1, 'a', 'b', 1n)], 'seq 1 after 1'],
  ['an amount of zero', [transfer(1, 'a', 'b', 0n)], 't1 has amount 0'],
  ['an unknown type', [{ ...transfer(1, 'a', 'b', 1n), type: 'gift' as 'transfer' }], 'unknown type gift'],
])('throws on %s, which is a bug and not a refusal', (_name, batch, fault) => {
  expect(() => applyBatch(accounts(account('a', 10n), account('b', 0n)), batch)).toThrow(fault)
})
