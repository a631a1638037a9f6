import { formatMoney } from '../ledger/money.ts'
import type { SqlTransaction } from '../mysql/connect.ts'
import { findOldestPendingSeq } from '../mysql/find-oldest-pending.ts'
import { findOpenHolds } from '../mysql/find-open-holds.ts'
import type { VerificationState } from '../mysql/verification-state.ts'
import { type ComparedAccount, findMissingAccounts, readAccountPage } from '../mysql/verified-accounts.ts'
import { takeUncheckedParents } from '../mysql/verified-parents.ts'
import { findDecidedBetween, readVerifiedSeqs } from '../mysql/verified-seqs.ts'
import { checkParent } from './check-parents.ts'
import type { Fault } from './fault.ts'

const PARENTS_AT_ONCE = 2000
const SEQS_AT_ONCE = 20_000
const ACCOUNTS_AT_ONCE = 2000

/** What a page found, and how far it came. */
export type Part<Place> = {
  readonly faults: readonly Fault[]
  readonly place: Place
  readonly isAtEnd: boolean
}

/** Holds parents, and holds, against what their follow-ups make of them. Only once all links are verified. */
export async function verifyParents(
  transaction: SqlTransaction,
  { pass, beginningSeq }: VerificationState,
): Promise<Part<undefined>> {
  const parents = await takeUncheckedParents(transaction, pass, PARENTS_AT_ONCE)
  const faults = parents.flatMap(({ transactionId, row, verified }) =>
    // One that is gone is found where its link is; of one from before the chains not everything is known.
    row === undefined || row.seq <= beginningSeq ? [] : checkParent(transactionId, row, verified),
  )
  return { faults, place: undefined, isAtEnd: parents.length < PARENTS_AT_ONCE }
}

/**
 * Finds what is decided and in no link, behind the last `seq` that was looked at. Not past the oldest PENDING: what is PENDING
 * now has to be looked at when it is decided.
 */
export async function verifySeqs(
  transaction: SqlTransaction,
  { pass, throughSeq }: VerificationState,
): Promise<Part<number>> {
  const before = (await findOldestPendingSeq(transaction)) ?? Number.MAX_SAFE_INTEGER
  const decided = await findDecidedBetween(transaction, { after: throughSeq, before, limit: SEQS_AT_ONCE })
  const linked = await readVerifiedSeqs(
    transaction,
    decided.map(({ seq }) => seq),
    pass,
  )
  const faults = decided
    .filter(({ seq }) => !linked.has(seq))
    .map(({ seq, transactionId }): Fault => {
      const message = `transaction ${seq} is decided, and in no link`
      return { code: 'transaction_outside', subject: transactionId, message }
    })
  const place = decided.at(-1)?.seq ?? throughSeq
  return { faults, place, isAtEnd: decided.length < SEQS_AT_ONCE }
}

/** Holds accounts against their entries, and what they hold against their open holds, behind the last that was looked at. */
export async function verifyAccounts(
  transaction: SqlTransaction,
  { pass, accountCursor: after }: VerificationState,
): Promise<Part<readonly string[]>> {
  const accounts = await readAccountPage(transaction, { after, limit: ACCOUNTS_AT_ONCE, pass })
  const ids = accounts.map(({ accountId }) => accountId)
  const isAtEnd = accounts.length < ACCOUNTS_AT_ONCE
  const openHolds = await findOpenHolds(transaction, ids)
  const missing = await findMissingAccounts(transaction, {
    after,
    last: isAtEnd ? undefined : ids.at(-1),
    pass,
  })
  const faults = [
    ...accounts.flatMap(checkAccount),
    ...accounts.flatMap(({ accountId, row }): Fault[] => {
      const open = openHolds.get(accountId) ?? 0n
      if (open === row.held) return []
      const message = `account ${accountId} holds ${formatMoney(row.held)}, its open holds are ${formatMoney(open)}`
      return [{ code: 'holds_differ', subject: accountId, message }]
    }),
    ...missing.map((subject): Fault => {
      return { code: 'account_missing', subject, message: `account ${subject} has entries and is not there` }
    }),
  ]
  return { faults, place: ids, isAtEnd }
}

/** Another standing has a version too, so the account may have a later one than its last entry. */
function checkAccount({ accountId, row, verified }: ComparedAccount): Fault[] {
  if (!verified.isSure) return []
  const { version, balance, held } = verified
  if (row.version >= version && row.balance === balance && row.held === held) return []
  const message =
    `account ${accountId} has ${formatMoney(row.balance)}, ${formatMoney(row.held)} of it held, at version ${row.version}; ` +
    `its entries make ${formatMoney(balance)} and ${formatMoney(held)} at version ${version}`
  return [{ code: 'account_differs', subject: accountId, message }]
}
