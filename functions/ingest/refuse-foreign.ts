import { type Caller, mayUseEveryAccount } from '../../lib/auth/caller.ts'
import type { Ownership } from '../../lib/auth/ownership.ts'
import { isSystemAccount } from '../../lib/ledger/account.ts'
import { endsHold } from '../../lib/ledger/transaction.ts'
import type { NewTransaction } from '../../lib/mysql/insert-transactions.ts'
import type { Resolved } from './resolve-follow-ups.ts'

/** Who sent a transaction; undefined for the topic, on which only producers of ours may publish. */
export type Sender = Caller | undefined

/**
 * Refuses what is not its sender's to send. Money is taken only out of an own account; out of the world into an own one. A
 * hold is ended by either side: it is the payee that captures it. Whether somebody else's parent exists is not told.
 */
export async function refuseForeign(
  ownership: Ownership,
  transactions: readonly Resolved[],
  senders: readonly Sender[],
): Promise<Resolved[]> {
  const wanted = Map.groupBy(transactions.keys(), index => restricted(senders[index])?.id)
  wanted.delete(undefined)
  const own = new Map<string | undefined, ReadonlySet<string>>()
  for (const [id, indexes] of wanted) {
    const [caller] = indexes.map(index => senders[index])
    const accountIds = indexes.flatMap(index => sidesOf(transactions[index]))
    if (caller) own.set(id, await ownership.ownAccounts(caller, accountIds))
  }
  return transactions.map((transaction, index) => {
    const caller = restricted(senders[index])
    if (caller === undefined || 'fault' in transaction) return transaction
    const isOwn = (accountId: string) => own.get(caller.id)?.has(accountId) === true
    if (sidesThatMay(transaction).some(isOwn)) return transaction
    const isHidden = transaction.parentTransactionId !== null && !sidesOf(transaction).some(isOwn)
    return { fault: isHidden ? 'unknown_parent' : 'not_own' }
  })
}

function restricted(sender: Sender): Caller | undefined {
  return sender && !mayUseEveryAccount(sender) ? sender : undefined
}

function sidesOf(transaction: Resolved | undefined): string[] {
  if (transaction === undefined || 'fault' in transaction) return []
  return [transaction.sourceAccountId, transaction.destinationAccountId]
}

/** The accounts whose owner may send it. */
function sidesThatMay(transaction: NewTransaction): string[] {
  const { sourceAccountId, destinationAccountId } = transaction
  if (endsHold(transaction)) return [sourceAccountId, destinationAccountId]
  return [isSystemAccount(sourceAccountId) ? destinationAccountId : sourceAccountId]
}
