import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { problem } from '../../lib/http/problem.ts'
import type { SqlTransaction } from '../../lib/mysql/connect.ts'
import type { DeadLetter } from '../../lib/mysql/dead-letter-record.ts'
import { lockDeadLetter } from '../../lib/mysql/find-dead-letters.ts'
import { resolveDeadLetter } from '../../lib/mysql/resolve-dead-letter.ts'
import { retry } from '../../lib/mysql/retry.ts'
import { type Accepted, doorbellsFor } from '../../lib/pubsub/doorbell.ts'
import { ringAll } from '../../lib/pubsub/ring-all.ts'
import { deadLetterView } from '../../lib/views/dead-letter-view.ts'
import { acceptAgain } from './accept-again.ts'
import { publishAgain } from './publish-again.ts'
import { noDeadLetter, readDeadLetterId, resolvedOtherwise } from './refused.ts'
import type { RouteParts } from './route-parts.ts'

type Replayed =
  | { readonly letter: DeadLetter; readonly isFirst: boolean; readonly accepted?: Accepted }
  | { readonly refusal: HttpResponse }

/**
 * Sends a dead letter in again: an event to its topic, a transaction given up on as a new one. Once: the same again
 * answers the same. What becomes of it is decided as it would be for anybody's, so it may end as a new dead letter.
 */
export async function replay(parts: RouteParts, request: HttpRequest, by: string): Promise<HttpResponse> {
  const deadLetterId = readDeadLetterId(request)
  if (deadLetterId === undefined) return noDeadLetter(request)
  const replayed = await retry(parts, 'replay', () =>
    parts.db.transaction(async transaction => {
      const letter = await lockDeadLetter(transaction, deadLetterId)
      if (letter === undefined) return { refusal: noDeadLetter(request) }
      return await replayLocked(parts, transaction, letter, by)
    }),
  )
  if ('refusal' in replayed) return replayed.refusal
  const { letter, isFirst, accepted } = replayed
  if (isFirst) parts.log.info({ deadLetterId, by }, 'dead letter replayed')
  if (accepted !== undefined) {
    parts.telemetry.tally.counter('settle.transactions.accepted', {}).add(1)
    await ringAll(parts, doorbellsFor([accepted]))
  }
  return { status: 202, body: deadLetterView(letter) }
}

/**
 * Sends first and marks it then, both under the lock of the letter: of several replays at once one sends, and a discard
 * waits for it. If this dies between the two, the letter is OPEN and can be replayed again: a transaction was rolled
 * back with it, and an event that comes twice is accepted once, by its transactionId. The other way round an event
 * could be marked and never sent.
 */
async function replayLocked(
  parts: RouteParts,
  transaction: SqlTransaction,
  letter: DeadLetter,
  by: string,
): Promise<Replayed> {
  if (letter.state === 'REPLAYED') return { letter, isFirst: false }
  if (letter.state === 'DISCARDED') return { refusal: resolvedOtherwise(letter) }
  const at = parts.now()
  const sent =
    letter.source === 'event'
      ? await publishAgain(parts, letter)
      : await acceptAgain(transaction, letter, { at, orderingGroups: parts.orderingGroups })
  if (sent !== undefined && 'flaw' in sent) {
    return { refusal: problem('dead_letter_not_replayable', sent.flaw) }
  }
  const transactionId = sent?.transaction.transactionId ?? null
  const replayed = await resolveDeadLetter(transaction, letter, { state: 'REPLAYED', transactionId, by, at })
  return { letter: replayed, isFirst: true, ...(sent !== undefined && { accepted: sent }) }
}
