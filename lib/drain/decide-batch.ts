import { applyBatch, type BatchResult } from '../ledger/apply-batch.ts'
import type { AccountRecord } from '../mysql/account-record.ts'
import type { SqlTransaction } from '../mysql/connect.ts'
import { findPendingCredits } from '../mysql/find-pending-credits.ts'
import { findTransactions } from '../mysql/find-transactions.ts'
import type { TransactionRecord } from '../mysql/transaction-record.ts'

/** The decision, and the groups of what was accepted earlier and has to be decided first. */
export type Decision = { readonly result: BatchResult; readonly neededGroups: readonly number[] }

/**
 * Decides a batch of locked rows in `seq` order. Before a want of money becomes a refusal, the pending credits to the
 * account are looked up and the batch is decided again with them; what is deferred then can leave others short, so until
 * none is new.
 */
export async function decideBatch(
  transaction: SqlTransaction,
  records: readonly TransactionRecord[],
  accounts: ReadonlyMap<string, AccountRecord>,
): Promise<Decision> {
  const parents = await findParents(transaction, records)
  const pendingCredits = new Map<string, number>()
  const neededGroups = new Set(groupsOfPendingParents(records, parents))
  const lookedUp = new Set<string>()
  for (;;) {
    const result = applyBatch(accounts, records, { parents, pendingCredits })
    const short = new Set(result.outcomes.filter(isShort).map(outcome => outcome.transaction.sourceAccountId))
    const accountIds = [...short].filter(accountId => !lookedUp.has(accountId))
    if (accountIds.length === 0) return { result, neededGroups: [...neededGroups] }
    const batchSeqs = records.map(({ seq }) => seq)
    const beforeSeq = batchSeqs.at(-1) ?? 0
    for (const credit of await findPendingCredits(transaction, { accountIds, beforeSeq, batchSeqs })) {
      const known = pendingCredits.get(credit.accountId) ?? credit.seq
      pendingCredits.set(credit.accountId, Math.min(credit.seq, known))
      neededGroups.add(credit.orderingGroup)
    }
    for (const accountId of accountIds) lookedUp.add(accountId)
  }
}

/**
 * The parents of the batch's follow-ups. Read without a lock of their own, after the accounts are locked: a parent, and all
 * that follows it up, touch the account this batch has locked, so whoever would change the parent waits for it.
 */
async function findParents(
  transaction: SqlTransaction,
  records: readonly TransactionRecord[],
): Promise<Map<string, TransactionRecord>> {
  const wanted = new Set<string>()
  for (const { parentTransactionId } of records) if (parentTransactionId) wanted.add(parentTransactionId)
  const parents = new Map<string, TransactionRecord>()
  if (wanted.size === 0) return parents
  for (const record of records) {
    if (wanted.delete(record.transactionId)) parents.set(record.transactionId, record)
  }
  for (const record of await findTransactions(transaction, [...wanted])) {
    parents.set(record.transactionId, record)
  }
  return parents
}

function groupsOfPendingParents(
  records: readonly TransactionRecord[],
  parents: ReadonlyMap<string, TransactionRecord>,
): number[] {
  const inBatch = new Set(records.map(({ transactionId }) => transactionId))
  return [...parents.values()]
    .filter(({ status, transactionId }) => status === 'PENDING' && !inBatch.has(transactionId))
    .map(({ orderingGroup }) => orderingGroup)
}

function isShort(outcome: BatchResult['outcomes'][number]): boolean {
  return outcome.kind === 'rejected' && outcome.reason === 'insufficient_funds'
}
