import { type AccountId, worldAccountId } from '../../lib/ledger/account.ts'
import type { Money } from '../../lib/ledger/money.ts'
import { OPENING_PREFIX, type TransactionId } from '../../lib/ledger/transaction.ts'
import type { AccountRecord } from '../../lib/mysql/account-record.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { isDuplicateEntry, isMissingReference } from '../../lib/mysql/errors.ts'
import { findAccount } from '../../lib/mysql/find-account.ts'
import { findTransactions } from '../../lib/mysql/find-transactions.ts'
import { ensureWorldAccount, insertAccount, type NewAccount } from '../../lib/mysql/insert-account.ts'
import { insertTransactions, type NewTransaction } from '../../lib/mysql/insert-transactions.ts'
import { retry } from '../../lib/mysql/retry.ts'
import { derivedId } from '../../lib/openapi/derived-id.ts'
import { doorbellsFor } from '../../lib/pubsub/doorbell.ts'
import { orderingGroupOf } from '../../lib/pubsub/ordering-group.ts'
import { ringAll } from '../../lib/pubsub/ring-all.ts'
import { traceparentNow } from '../../lib/telemetry/trace-context.ts'
import type { AccountParts } from './account-parts.ts'
import type { OpeningRequest } from './parse-account.ts'

export type OpenedAccount = {
  readonly account: AccountRecord
  readonly openingTransactionId: TransactionId | undefined
}

/**
 * Opens an account and accepts its opening balance, both or neither. The same request again gives the same
 * account; nothing is stored if the id belongs to another account, or the user is not known.
 */
export async function openAccount(
  parts: AccountParts,
  request: OpeningRequest,
): Promise<OpenedAccount | 'taken' | 'no_user'> {
  const deposit = openingTransaction(request, parts.orderingGroups)
  const seqs = await retry(parts, 'open account', () => store(parts, request.account, deposit))
  if (seqs === 'no_user') return seqs
  if (seqs === 'taken') {
    const same = await retry(parts, 'open account', () => isSame(parts.db, request, deposit))
    if (!same) return seqs
  } else if (deposit !== undefined) {
    await ringAll(parts, doorbellsFor(seqs.map(seq => ({ seq, transaction: deposit }))))
  }
  const account = await retry(parts, 'open account', () => findAccount(parts.db, request.account.accountId))
  if (account === undefined)
    throw new Error(`account ${request.account.accountId} was opened and is not there`)
  return { account, openingTransactionId: deposit?.transactionId }
}

async function store(
  { db, now, telemetry }: AccountParts,
  account: NewAccount,
  deposit: NewTransaction | undefined,
): Promise<number[] | 'taken' | 'no_user'> {
  const moment = now()
  try {
    const seqs = await db.transaction(async transaction => {
      await insertAccount(transaction, account, moment)
      // After the account, so that a request that is refused brings no currency along.
      await ensureWorldAccount(transaction, account.currency, moment)
      return deposit === undefined ? [] : await insertTransactions(transaction, [deposit], moment)
    })
    telemetry.tally.counter('settle.transactions.accepted', {}).add(seqs.length)
    return seqs
  } catch (error) {
    if (isDuplicateEntry(error)) return 'taken'
    if (isMissingReference(error)) return 'no_user'
    throw error
  }
}

function openingTransaction(
  { account, openingBalance }: OpeningRequest,
  orderingGroups: number,
): NewTransaction | undefined {
  if (openingBalance === 0n) return undefined
  const world = worldAccountId(account.currency)
  return {
    transactionId: openingId(account.accountId),
    orderingGroup: orderingGroupOf(world, orderingGroups),
    type: 'deposit',
    sourceAccountId: world,
    destinationAccountId: account.accountId as AccountId,
    amount: openingBalance,
    currency: account.currency,
    parentTransactionId: null,
    expiresAt: null,
    occurredAt: null,
    metadata: null,
    traceparent: traceparentNow(),
  }
}

function openingId(accountId: string): TransactionId {
  return derivedId(OPENING_PREFIX, accountId) as TransactionId
}

async function isSame(db: Database, request: OpeningRequest, deposit?: NewTransaction): Promise<boolean> {
  const { accountId, userId, accountType, currency, overdraftLimit } = request.account
  const account = await findAccount(db, accountId)
  const [opening] = await findTransactions(db, [openingId(accountId)])
  const amount: Money | undefined = opening?.amount
  return (
    account?.userId === userId &&
    account.accountType === accountType &&
    account.currency === currency &&
    account.overdraftLimit === overdraftLimit &&
    amount === deposit?.amount
  )
}
