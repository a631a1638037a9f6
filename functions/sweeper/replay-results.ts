import { asHeld } from '../../lib/drain/keep-untold.ts'
import { publishResults } from '../../lib/drain/publish-results.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { invalidRequest } from '../../lib/http/problem.ts'
import { readJsonBody } from '../../lib/http/read-json-body.ts'
import { endsHold } from '../../lib/ledger/transaction.ts'
import { type DecisionPlace, findDecisions } from '../../lib/mysql/find-decisions.ts'
import { findTransactions } from '../../lib/mysql/find-transactions.ts'
import { retry } from '../../lib/mysql/retry.ts'
import type { TransactionRecord } from '../../lib/mysql/transaction-record.ts'
import { TransientError } from '../../lib/retry/retry-transient.ts'
import { toldTransaction } from '../../lib/views/told-transaction.ts'
import { parseReplay, type ReplayRange, writePlace } from './parse-replay.ts'
import type { SweepParts } from './sweep.ts'

/** Transactions read at once: 5 MB with the largest metadata, and as much for the holds they ended. */
const PAGE = 1000
/** What a call does at most, so that it is answered well within the 60 s that a request has. */
const CALL_PAGES = 10
const CALL_MILLISECONDS = 20_000

/**
 * Publishes the results of a time range again, in the order they were decided; a part a call. A fault ends the call where
 * it is: what has been published is not lost to the caller, and if it is nothing, the answer is 503.
 */
export async function replayResults(parts: SweepParts, request: HttpRequest): Promise<HttpResponse> {
  const body = readJsonBody(request)
  if ('refusal' in body) return body.refusal
  const parsed = parseReplay(body.value)
  if ('errors' in parsed) return invalidRequest(parsed.errors)
  const { now, log } = parts
  const begin = now().getTime()
  let { after } = parsed.range
  let replayed = 0
  for (let pages = 0; pages < CALL_PAGES && now().getTime() - begin < CALL_MILLISECONDS; pages += 1) {
    try {
      const page = await replayPage(parts, { ...parsed.range, after })
      replayed += page.replayed
      if (page.last === undefined) return { status: 200, body: { replayed } }
      after = page.last
    } catch (error) {
      if (replayed === 0 || !(error instanceof TransientError)) throw error
      log.warn({ replayed, error: error.message }, 'replay cut short; left to the next call')
      break
    }
  }
  return { status: 200, body: { replayed, nextCursor: after && writePlace(after) } }
}

/** Replays one page, and answers the place of its last transaction; undefined if nothing is behind it. */
async function replayPage(parts: SweepParts, range: ReplayRange) {
  const { db, publisher, resultsTopic } = parts
  const { results, last } = await retry(parts, 'read results', async () => {
    const records = await findDecisions(db, { ...range, limit: PAGE })
    const ended = records.filter(hasEndedHold).map(({ parentTransactionId }) => parentTransactionId ?? '')
    const holds = new Map((await findTransactions(db, ended)).map(hold => [hold.transactionId, hold]))
    return { results: records.flatMap(record => resultsOf(record, holds)), last: placeOf(records.at(-1)) }
  })
  try {
    // Of a part of what a step decided, no hash tells anything.
    await publishResults(publisher, resultsTopic, results.map(toldTransaction), [])
  } catch (error) {
    throw new TransientError('publish results', error)
  }
  return { replayed: results.length, last }
}

function placeOf(record: TransactionRecord | undefined): DecisionPlace | undefined {
  return record?.decidedAt ? { decidedAt: new Date(record.decidedAt), seq: record.seq } : undefined
}

function hasEndedHold(record: TransactionRecord): boolean {
  return record.status === 'COMPLETED' && endsHold(record)
}

/**
 * What was told when a transaction was decided. A hold was told HELD then, whatever has become of it since, and final when
 * what ended it was; one that ended in the step that held it was told once, as final.
 */
function resultsOf(
  record: TransactionRecord,
  holds: ReadonlyMap<string, TransactionRecord>,
): TransactionRecord[] {
  const hold = hasEndedHold(record) ? holds.get(record.parentTransactionId ?? '') : undefined
  if (hold !== undefined) return [hold, record]
  if (record.type !== 'hold' || record.status === 'FAILED') return [record]
  if (record.finishedAt === record.decidedAt) return []
  return [asHeld(record)]
}
