import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import type { DeadLetter } from '../../lib/mysql/dead-letter-record.ts'
import { findBlocked } from '../../lib/mysql/find-blocked.ts'
import { findDeadLetter } from '../../lib/mysql/find-dead-letters.ts'
import { findQueuedBehind, type QueuedBehind } from '../../lib/mysql/find-queued-behind.ts'
import { findTransactions } from '../../lib/mysql/find-transactions.ts'
import { retry } from '../../lib/mysql/retry.ts'
import { blockedView } from '../../lib/views/blocked-view.ts'
import { deadLetterView } from '../../lib/views/dead-letter-view.ts'
import { noDeadLetter, readDeadLetterId } from './refused.ts'
import type { RouteParts } from './route-parts.ts'

/** More ids than these help nobody; the count says how many there are. */
const IDS_SHOWN = 20
/** One a source at most, since what its source sent later is not tried. */
const BLOCKED_SHOWN = 100

/** Shows a dead letter, and what its source sent after it that is still to be decided. */
export async function showDeadLetter(parts: RouteParts, request: HttpRequest): Promise<HttpResponse> {
  const deadLetterId = readDeadLetterId(request)
  if (deadLetterId === undefined) return noDeadLetter(request)
  const letter = await retry(parts, 'read dead letter', () => findDeadLetter(parts.db, deadLetterId))
  if (letter === undefined) return noDeadLetter(request)
  const { count, transactionIds } = await retry(parts, 'read dead letter', () =>
    queuedBehind(parts.db, letter),
  )
  const queued = { queuedBehind: count, queuedTransactionIds: transactionIds }
  return { status: 200, body: { ...deadLetterView(letter), ...queued } }
}

/**
 * Nothing waits for a dead letter: a refused event was never accepted, and a transaction given up on is final. What its
 * source sent after it is drained right away, by the same push; if that died half way, this is what is left to it.
 */
async function queuedBehind(db: Database, { source, transactionId }: DeadLetter): Promise<QueuedBehind> {
  const nothing = { count: 0, transactionIds: [] }
  if (source === 'event' || transactionId === null) return nothing
  const [record] = await findTransactions(db, [transactionId])
  return record === undefined ? nothing : await findQueuedBehind(db, { ...record, idLimit: IDS_SHOWN })
}

/** Lists what will become dead letters if nobody mends it: the PENDING transactions that fail by themselves. */
export async function listBlocked(parts: RouteParts): Promise<HttpResponse> {
  const blocked = await retry(parts, 'list blocked', () => findBlocked(parts.db, BLOCKED_SHOWN))
  return { status: 200, body: { blocked: blocked.map(blockedView) } }
}
