import type { DeadLetter } from '../mysql/dead-letter-record.ts'

/** A dead letter as operators see it: what it is, why, and who has ended it. */
export function deadLetterView(letter: DeadLetter): Record<string, unknown> {
  return {
    deadLetterId: letter.deadLetterId,
    state: letter.state,
    source: letter.source,
    messageId: `${letter.messageId}#${letter.item}`,
    ...(letter.transactionId !== null && { transactionId: letter.transactionId }),
    reason: letter.reason,
    detail: letter.detail,
    payload: letter.payload,
    attempts: letter.attempts,
    createdAt: letter.createdAt,
    ...(letter.state !== 'OPEN' && { resolution: resolutionView(letter) }),
  }
}

function resolutionView(letter: DeadLetter): Record<string, unknown> {
  return {
    by: letter.resolvedBy,
    at: letter.resolvedAt,
    ...(letter.discardReason !== null && { reason: letter.discardReason }),
    ...(letter.replayTransactionId !== null && { transactionId: letter.replayTransactionId }),
  }
}
