import type { SqlTransaction } from '../mysql/connect.ts'
import type { DecidedRecord } from '../mysql/decided-record.ts'
import { findDecidedBySeq } from '../mysql/find-decided-by-seq.ts'
import { findHeads } from '../mysql/find-heads.ts'
import { findNewLinks } from '../mysql/find-new-links.ts'
import type { VerificationState } from '../mysql/verification-state.ts'
import { readVerifiedAccounts, writeVerifiedAccounts } from '../mysql/verified-accounts.ts'
import { readVerifiedHeads, writeVerifiedHeads } from '../mysql/verified-heads.ts'
import { readVerifiedParents, writeVerifiedParents } from '../mysql/verified-parents.ts'
import { readVerifiedSeqs, writeVerifiedSeqs } from '../mysql/verified-seqs.ts'
import { accountsOf, checkEntries } from './check-entries.ts'
import { changedLink, checkLinks, missingLink, type VerifiedHead } from './check-links.ts'
import { followUp, parentsOf } from './check-parents.ts'
import type { Fault } from './fault.ts'

/** 3 MB of rows, and of their texts: a fifth of a second. */
const TRANSACTIONS_AT_ONCE = 4000

export type VerifiedLinks = {
  readonly faults: readonly Fault[]
  readonly links: number
  readonly transactions: number
  /** Whether all links that this SQL transaction sees are verified now. */
  readonly isAtEnd: boolean
}

/** Verifies the links behind those that are verified, as many as a page has, and the transactions they cover. */
export async function verifyLinks(
  transaction: SqlTransaction,
  { pass }: VerificationState,
): Promise<VerifiedLinks> {
  const heads = await readVerifiedHeads(transaction)
  const { links, hasMore } = await findNewLinks(transaction, heads, TRANSACTIONS_AT_ONCE)
  const seqs = links.flatMap(({ members }) => members.map(({ seq }) => seq))
  const records = await findDecidedBySeq(transaction, seqs)
  const { faults, doubted } = checkLinks(links, heads, records)
  const changed = new Set(links.map(({ orderingGroup }) => orderingGroup))
  const ends = hasMore ? [] : await checkEnds(transaction, heads)
  await writeVerifiedHeads(
    transaction,
    [...heads.values()].filter(({ orderingGroup }) => changed.has(orderingGroup)),
  )
  const found = [
    ...(await markAsLinked(transaction, seqs, records, pass)),
    ...(await carryOn(transaction, [...records.values()], { pass, doubted })),
  ]
  return {
    faults: [...faults, ...ends, ...found],
    links: links.length,
    transactions: seqs.length,
    isAtEnd: !hasMore,
  }
}

/** What was verified must still be there: chains do not get shorter, and end with the hash they had. */
async function checkEnds(
  transaction: SqlTransaction,
  verified: ReadonlyMap<number, VerifiedHead>,
): Promise<Fault[]> {
  if (verified.size === 0) return []
  const ends = await findHeads(transaction, [...verified.keys()])
  return [...verified.values()].flatMap(({ orderingGroup, number, hash, kept }) => {
    const end = ends.get(orderingGroup)
    const longest = Math.max(number, kept.number)
    if (longest > (end?.number ?? 0)) return [missingLink(orderingGroup, longest)]
    if (end === undefined || end.number !== number || end.hash === hash) return []
    return [changedLink(end, 'has another hash than when it was verified')]
  })
}

/** Each transaction is in one link: one that was made PENDING again, and settled again, is in two. */
async function markAsLinked(
  transaction: SqlTransaction,
  seqs: readonly number[],
  records: ReadonlyMap<number, DecidedRecord>,
  pass: number,
): Promise<Fault[]> {
  const linked = await readVerifiedSeqs(transaction, seqs, pass)
  const faults: Fault[] = []
  for (const seq of seqs) {
    if (linked.has(seq)) {
      const subject = records.get(seq)?.transactionId ?? String(seq)
      faults.push({ code: 'transaction_twice', subject, message: `transaction ${seq} is in two links` })
    }
    linked.add(seq)
  }
  await writeVerifiedSeqs(transaction, linked, pass)
  return faults
}

/** Carries accounts and parents on by what these transactions did. */
async function carryOn(
  transaction: SqlTransaction,
  records: readonly DecidedRecord[],
  { pass, doubted }: { readonly pass: number; readonly doubted: ReadonlySet<number> },
): Promise<Fault[]> {
  const accounts = await readVerifiedAccounts(transaction, accountsOf(records), pass)
  const faults = checkEntries(records, accounts, doubted)
  await writeVerifiedAccounts(transaction, accounts, pass)
  const parents = await readVerifiedParents(transaction, parentsOf(records), pass)
  followUp(records, parents)
  await writeVerifiedParents(transaction, parents, pass)
  return faults
}
