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
