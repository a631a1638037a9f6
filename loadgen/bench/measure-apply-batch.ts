import type { Account } from '../../lib/ledger/account.ts'
import { applyBatch } from '../../lib/ledger/apply-batch.ts'
import type { PendingTransaction } from '../../lib/ledger/transaction.ts'
import { CURRENCY } from './database.ts'
import type { Workload } from './workload.ts'

const BATCH = 1_000

/** How many transfers a second `applyBatch` decides, on one core: 1,000 a batch, each over the accounts that it names. */
export function measureApplyBatch(workload: Workload): number {
  const batches = makeBatches(workload)
  const begin = performance.now()
  let applied = 0
  for (const { accounts, transactions } of batches) {
    const { outcomes } = applyBatch(accounts, transactions)
    for (const { kind } of outcomes) if (kind === 'applied') applied += 1
  }
  const seconds = (performance.now() - begin) / 1000
  if (applied !== workload.transfers.length) {
    throw new Error(`applied ${applied} of ${workload.transfers.length} transfers`)
  }
  return applied / seconds
}

/**
 * The least that can be done for a transfer, on the same transfers: two balances found, changed and kept, and what became of
 * it. What a machine makes of this says what to expect of it.
 */
export function measureBareSums({ transfers }: Workload): number {
  const begin = performance.now()
  const balances = new Map<string, bigint>()
  const outcomes: { readonly kind: string; readonly source: bigint; readonly destination: bigint }[] = []
  for (const { sourceAccountId, destinationAccountId, amount } of transfers) {
    const source = (balances.get(sourceAccountId) ?? 0n) - amount
    const destination = (balances.get(destinationAccountId) ?? 0n) + amount
    balances.set(sourceAccountId, source)
    balances.set(destinationAccountId, destination)
    outcomes.push({ kind: 'applied', source, destination })
  }
  const sum = balances.values().reduce((total, balance) => total + balance, 0n)
  if (sum !== 0n) throw new Error(`the balances sum to ${sum}`)
  return (outcomes.length * 1000) / (performance.now() - begin)
}

type Batch = {
  readonly accounts: ReadonlyMap<string, Account>
  readonly transactions: readonly PendingTransaction[]
}

function makeBatches({ transfers }: Workload): Batch[] {
  const pending = transfers.map((transfer, index) => ({
    ...transfer,
    ...{ seq: index + 1, type: 'transfer' as const, currency: null, parentTransactionId: null },
  }))
  const starts = Array.from({ length: Math.ceil(pending.length / BATCH) }, (_, index) => index * BATCH)
  return starts.map(start => {
    const transactions = pending.slice(start, start + BATCH)
    const named = transactions.flatMap(({ sourceAccountId, destinationAccountId }) => [
      sourceAccountId,
      destinationAccountId,
    ])
    return { transactions, accounts: new Map(named.map(accountId => [accountId, accountOf(accountId)])) }
  })
}

function accountOf(accountId: Account['accountId']): Account {
  const overdraftLimit = 10_000_000_000_000n
  return {
    accountId,
    currency: CURRENCY,
    status: 'ACTIVE',
    balance: 0n,
    held: 0n,
    overdraftLimit,
    version: 0,
  }
}
