import type { Database } from '../../lib/mysql/connect.ts'
import { findTransactions } from '../../lib/mysql/find-transactions.ts'
import type { NewTransaction } from '../../lib/mysql/insert-transactions.ts'
import { orderingGroupOf } from '../../lib/pubsub/ordering-group.ts'
import { type FollowUp, isFollowUp, type Request } from './request.ts'

/** Why a follow-up is not accepted: nobody has accepted its parent, or its parent is not of a type it can follow up. */
export type ParentFault = 'unknown_parent' | 'parent_mismatch'

/** What a request comes to; or why it is not accepted, which may be that it is not its sender's to send. */
export type Resolved = NewTransaction | { readonly fault: ParentFault | 'not_own' }

/**
 * Gives each follow-up the accounts, the currency, the amount and the place of its parent, which must have been accepted
 * before, or stand before it in the batch.
 */
export async function resolveFollowUps(
  db: Database,
  requests: readonly Request[],
  orderingGroups: number,
): Promise<Resolved[]> {
  const wanted = new Set(requests.filter(isFollowUp).map(({ parentTransactionId }) => parentTransactionId))
  const parents = new Map<string, NewTransaction>()
  for (const record of await findTransactions(db, [...wanted])) {
    // Only what a follow-up takes over of it matters.
    parents.set(record.transactionId, { ...record, expiresAt: null, occurredAt: null })
  }
  return requests.map(request => {
    const resolved = isFollowUp(request)
      ? resolve(request, parents.get(request.parentTransactionId), orderingGroups)
      : request
    if (!('fault' in resolved) && !parents.has(resolved.transactionId)) {
      parents.set(resolved.transactionId, resolved)
    }
    return resolved
  })
}

function resolve(request: FollowUp, parent: NewTransaction | undefined, orderingGroups: number): Resolved {
  if (parent === undefined) return { fault: 'unknown_parent' }
  const { type } = request
  if (!PARENT_TYPES[type].includes(parent.type)) return { fault: 'parent_mismatch' }
  const isBack = type === 'reversal'
  const { currency, sourceAccountId, destinationAccountId } = parent
  return {
    ...request,
    expiresAt: null,
    currency,
    amount: request.amount ?? parent.amount,
    sourceAccountId: isBack ? destinationAccountId : sourceAccountId,
    destinationAccountId: isBack ? sourceAccountId : destinationAccountId,
    // A hold's own group, even if their number has changed since: what ends a hold must come after it.
    orderingGroup: isBack ? orderingGroupOf(destinationAccountId, orderingGroups) : parent.orderingGroup,
  }
}

const PARENT_TYPES: Readonly<Record<FollowUp['type'], readonly string[]>> = {
  capture: ['hold'],
  void: ['hold'],
  reversal: ['transfer', 'deposit', 'withdrawal', 'capture'],
}
