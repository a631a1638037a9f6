import { moneyJson } from '../../lib/http/json.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { invalidRequest } from '../../lib/http/problem.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { findEveryHead, findLinkHash } from '../../lib/mysql/find-heads.ts'
import { findOldestPendingTime } from '../../lib/mysql/find-oldest-pending.ts'
import type { CurrencySum } from '../../lib/mysql/find-sums.ts'
import { countOutbox, findOldestOutboxTime } from '../../lib/mysql/outbox.ts'
import { retry } from '../../lib/mysql/retry.ts'
import { countFaults, findFaults } from '../../lib/mysql/verification-faults.ts'
import { beginPass, readVerification } from '../../lib/mysql/verification-state.ts'
import { TransientError } from '../../lib/retry/retry-transient.ts'
import type { Fault } from '../../lib/verification/fault.ts'
import { type VerifiedPage, verifyPage } from '../../lib/verification/verify-page.ts'
import { checkCopies } from './check-copies.ts'
import { type KeptHash, parseVerification } from './parse-verification.ts'
import type { SweepParts } from './sweep.ts'

/** What a call does at most, so that it is answered well within the 60 s that a request has. */
const CALL_MILLISECONDS = 15_000
/** Copies that a call looks at: as many as Redis answers in a millisecond. */
const MOST_COPIES = 500
const MOST_FAULTS = 100

type Work = {
  readonly links: number
  readonly transactions: number
  readonly accounts: number
  /** Some of them: their copies are looked at. */
  readonly sample: readonly string[]
  readonly sums: readonly CurrencySum[] | undefined
}

/** Goes on with the verification of the ledger, and says how it stands. */
export async function verifyLedger(parts: SweepParts, request: HttpRequest): Promise<HttpResponse> {
  const parsed = parseVerification(request.query)
  if ('errors' in parsed) return invalidRequest(parsed.errors)
  const { isAnew, kept } = parsed.request
  const { db } = parts
  if (isAnew)
    await retry(parts, 'verify', () => db.transaction(transaction => beginPass(transaction, parts.now())))
  const work = await verifyPages(parts)
  const copies = await retry(parts, 'verify', () => checkCopies(parts, work.sample))
  const keptFaults = kept === undefined ? [] : await retry(parts, 'verify', () => checkKept(db, kept))
  return {
    status: 200,
    body: await retry(parts, 'verify', () =>
      describe(parts, work, copies.copies, [...copies.faults, ...keptFaults]),
    ),
  }
}

/** Verifies page by page, until all is verified, or time is up. A fault of the database ends the call where it is. */
async function verifyPages(parts: SweepParts): Promise<Work> {
  const { db, now, log } = parts
  const begin = now().getTime()
  let work: Work = { links: 0, transactions: 0, accounts: 0, sample: [], sums: undefined }
  do {
    try {
      const moment = now()
      work = add(work, await retry(parts, 'verify', () => verifyPage(db, moment)), moment)
    } catch (error) {
      if (!(error instanceof TransientError) || work.transactions === 0) throw error
      log.warn({ error: error.message }, 'verification cut short; left to the next call')
      return work
    }
  } while (work.sums === undefined && now().getTime() - begin < CALL_MILLISECONDS)
  return work
}

function add(work: Work, { links, transactions, accountIds, sums }: VerifiedPage, moment: Date): Work {
  return {
    links: work.links + links,
    transactions: work.transactions + transactions,
    accounts: work.accounts + accountIds.length,
    sample: thinOut([...work.sample, ...accountIds], moment),
    sums,
  }
}

/** So many at the most, taken evenly, others at another moment. */
function thinOut(accountIds: readonly string[], moment: Date): readonly string[] {
  const step = Math.ceil(accountIds.length / MOST_COPIES)
  const first = moment.getTime() % step
  return accountIds.filter((_, index) => index % step === first)
}

async function checkKept(db: Database, { orderingGroup, number, hash }: KeptHash): Promise<Fault[]> {
  const found = await findLinkHash(db, orderingGroup, number)
  if (found === hash) return []
  const subject = `${orderingGroup}:${number}`
  const message =
    found === undefined
      ? `link ${subject} is not there`
      : `link ${subject} has the hash ${found}, not ${hash}`
  return [{ code: 'hash_differs', subject, message }]
}

async function describe(
  { db, now }: SweepParts,
  { links, transactions, accounts, sums }: Work,
  copies: number,
  passing: readonly Fault[],
): Promise<object> {
  const moment = now()
  const secondsSince = (time: Date | undefined) =>
    time === undefined ? 0 : Math.max(0, (moment.getTime() - time.getTime()) / 1000)
  const { pass, beganAt, completedAt, throughSeq } = await readVerification(db)
  const kept = await findFaults(db, MOST_FAULTS)
  return {
    complete: sums !== undefined,
    pass: { number: pass, beganAt, completedAt: completedAt ?? undefined, throughSeq },
    checked: { links, transactions, accounts, copies },
    sums: sums?.map(({ currency, accounts, balance }) => ({
      currency,
      accounts,
      balance: moneyJson(balance),
    })),
    pending: { oldestSeconds: secondsSince(await findOldestPendingTime(db)) },
    outbox: { rows: await countOutbox(db), oldestSeconds: secondsSince(await findOldestOutboxTime(db)) },
    heads: await findEveryHead(db),
    faultCount: (await countFaults(db)) + passing.length,
    faults: [...kept, ...passing.map(fault => ({ ...fault, foundAt: moment.toISOString() }))],
  }
}
