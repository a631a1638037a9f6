import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Account, type AccountId, available } from '../../lib/ledger/account.ts'
import { applyBatch } from '../../lib/ledger/apply-batch.ts'
import { statusAfter } from '../../lib/ledger/books.ts'
import type { Parent, PendingTransaction } from '../../lib/ledger/transaction.ts'
import { runsFrom } from '../support/runs-from.ts'
import { HOLDERS, histories } from './ledger-history.ts'
import { LedgerModel } from './ledger-model.ts'

/** The ledger as tables would hold it: what one batch leaves is what the next begins with. */
class Tables {
  accounts = new Map<string, Account>(
    HOLDERS.map(({ name, currency, limit, status }) => [
      name,
      {
        ...{ accountId: name as AccountId, currency, status, overdraftLimit: limit },
        ...{ balance: 0n, held: 0n, version: 0 },
      },
    ]),
  )
  readonly rows = new Map<string, Parent>()

  apply(batch: readonly PendingTransaction[]): void {
    for (const transaction of batch) {
      this.rows.set(transaction.transactionId, { ...transaction, status: 'PENDING', settledAmount: 0n })
    }
    const parents = new Map(
      batch.flatMap(({ parentTransactionId }) => {
        const row = this.rows.get(parentTransactionId ?? '')
        return row ? [[row.transactionId as string, row] as const] : []
      }),
    )
    const { outcomes, changed, changedParents } = applyBatch(this.accounts, batch, { parents })
    for (const account of changed) this.accounts.set(account.accountId, account)
    for (const outcome of outcomes.filter(outcome => outcome.kind !== 'deferred')) {
      const { transactionId } = outcome.transaction
      this.#update(transactionId, { status: statusAfter(outcome) })
    }
    for (const { transactionId, status, settledAmount } of changedParents) {
      this.#update(transactionId, { status, settledAmount })
    }
  }

  #update(transactionId: string, change: Partial<Parent>): void {
    const row = this.rows.get(transactionId)
    if (row) this.rows.set(transactionId, { ...row, ...change })
  }
}

const cuts = fc.array(fc.nat(60), { maxLength: 8 })

function applied(history: readonly PendingTransaction[], edges: readonly number[]): Tables {
  const tables = new Tables()
  const inOrder = [...edges.filter(edge => edge < history.length).sort((x, y) => x - y), history.length]
  for (const [index, edge] of inOrder.entries()) tables.apply(history.slice(inOrder[index - 1] ?? 0, edge))
  return tables
}

test('agrees with the simplest ledger on every balance, hold and status, however a history is cut into batches', () => {
  fc.assert(
    fc.property(histories, cuts, (history, edges) => {
      const tables = applied(history, edges)
      const model = new LedgerModel(history)
      expect([...tables.rows.values()].map(({ status }) => status)).toEqual(model.statuses)
      for (const { accountId, balance, held } of tables.accounts.values()) {
        expect([accountId, balance, held]).toEqual([
          accountId,
          model.balance(accountId),
          model.held(accountId),
        ])
      }
    }),
    runsFrom('the simplest ledger', 2_000),
  )
})

test('conserves each currency, overdraws nobody, and lets no follow-up take more than there is', () => {
  fc.assert(
    fc.property(histories, cuts, (history, edges) => {
      const { accounts, rows } = applied(history, edges)
      for (const currency of ['USD', 'EUR']) {
        const balances = [...accounts.values()].filter(account => account.currency === currency)
        expect(balances.reduce((sum, { balance }) => sum + balance, 0n)).toBe(0n)
      }
      for (const account of accounts.values()) {
        expect(available(account) ?? 0n).toBeGreaterThanOrEqual(0n)
        expect(account.held).toBeGreaterThanOrEqual(0n)
      }
      for (const row of rows.values()) expect(row.settledAmount).toBeLessThanOrEqual(row.amount)
    }),
    runsFrom('conserved money', 2_000),
  )
})

test('the histories reach every type and every end', () => {
  const seen = new Set<string>()
  for (const history of fc.sample(histories, { numRuns: 500, seed: 1 })) {
    const { rows } = applied(history, [])
    for (const { type, status } of rows.values()) seen.add(`${type} ${status}`)
  }
  const types = ['transfer', 'deposit', 'withdrawal', 'capture', 'void', 'reversal']
  const ends = types.flatMap(type => [`${type} COMPLETED`, `${type} FAILED`])
  const expected = [...ends, 'hold HELD', 'hold COMPLETED', 'hold VOIDED', 'hold FAILED']
  // A deposit fails for its destination only, and a withdrawal to the world for its source.
  expect([...seen].sort()).toEqual(expected.sort())
})
