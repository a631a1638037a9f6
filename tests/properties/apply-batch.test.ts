import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Account, type AccountId, available } from '../../lib/ledger/account.ts'
import { applyBatch } from '../../lib/ledger/apply-batch.ts'
import type { PendingTransaction, TransactionId } from '../../lib/ledger/transaction.ts'

const NAMES = ['world', 'a', 'b', 'c', 'd'] as const

const history = fc.array(
  fc.record({
    source: fc.constantFrom(...NAMES),
    destination: fc.constantFrom(...NAMES, 'nobody'),
    amount: fc.bigInt(1n, 50n),
  }),
  { maxLength: 60 },
)

function emptyAccounts(): Map<string, Account> {
  const entries = NAMES.map(name => ({
    accountId: name as string as AccountId,
    currency: 'USD',
    status: 'ACTIVE' as const,
    balance: 0n,
    held: 0n,
    overdraftLimit: name === 'world' ? null : name === 'd' ? 20n : 0n,
    version: 0,
  }))
  return new Map(entries.map(entry => [entry.accountId, entry]))
}

function toTransactions(
  steps: { source: string; destination: string; amount: bigint }[],
): PendingTransaction[] {
  return steps.map(({ source, destination, amount }, index) => ({
    seq: index + 1,
    transactionId: `t${index + 1}` as TransactionId,
    type: 'transfer',
    sourceAccountId: source as AccountId,
    destinationAccountId: destination as AccountId,
    amount,
    currency: null,
  }))
}

/** The simplest ledger there is, as a second opinion. */
function model(transactions: PendingTransaction[]): { balances: Record<string, bigint>; paid: number[] } {
  const balances: Record<string, bigint> = { world: 0n, a: 0n, b: 0n, c: 0n, d: 0n }
  const limits: Record<string, bigint> = { a: 0n, b: 0n, c: 0n, d: 20n }
  const paid: number[] = []
  for (const { seq, sourceAccountId: from, destinationAccountId: to, amount } of transactions) {
    if (from === to || balances[to] === undefined) continue
    if (from !== 'world' && (balances[from] ?? 0n) - amount < -(limits[from] ?? 0n)) continue
    balances[from] = (balances[from] ?? 0n) - amount
    balances[to] += amount
    paid.push(seq)
  }
  return { balances, paid }
}

test('agrees with the simplest ledger, conserves money and overdraws nobody', () => {
  fc.assert(
    fc.property(history, steps => {
      const transactions = toTransactions(steps)
      const { outcomes, changed } = applyBatch(emptyAccounts(), transactions)
      const after = new Map([...emptyAccounts(), ...changed.map(entry => [entry.accountId, entry] as const)])
      const expected = model(transactions)
      expect(Object.fromEntries([...after].map(([name, { balance }]) => [name, balance]))).toEqual(
        expected.balances,
      )
      const applied = outcomes
        .filter(({ kind }) => kind === 'applied')
        .map(({ transaction }) => transaction.seq)
      expect(applied).toEqual(expected.paid)
      expect([...after.values()].reduce((sum, { balance }) => sum + balance, 0n)).toBe(0n)
      for (const entry of after.values()) expect(available(entry) ?? 0n).toBeGreaterThanOrEqual(0n)
    }),
    { numRuns: 500 },
  )
})

test('gives the same balances however a history is cut into batches', () => {
  fc.assert(
    fc.property(history, fc.array(fc.nat(60), { maxLength: 8 }), (steps, cuts) => {
      const transactions = toTransactions(steps)
      const edges = [
        0,
        ...cuts.filter(cut => cut < transactions.length).sort((x, y) => x - y),
        transactions.length,
      ]
      let accounts = emptyAccounts()
      for (const [index, edge] of edges.entries()) {
        const { changed } = applyBatch(accounts, transactions.slice(edges[index - 1] ?? 0, edge))
        accounts = new Map([...accounts, ...changed.map(entry => [entry.accountId, entry] as const)])
      }
      const balances = Object.fromEntries([...accounts].map(([name, { balance }]) => [name, balance]))
      expect(balances).toEqual(model(transactions).balances)
    }),
    { numRuns: 300 },
  )
})
