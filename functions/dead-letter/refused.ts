import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { problem } from '../../lib/http/problem.ts'
import type { DeadLetter } from '../../lib/mysql/dead-letter-record.ts'

/** The dead letter that an address names; undefined for a text that can name none. */
export function readDeadLetterId({ params }: HttpRequest): number | undefined {
  const { deadLetterId = '' } = params
  return /^[1-9]\d{0,14}$/.test(deadLetterId) ? Number(deadLetterId) : undefined
}

export function noDeadLetter({ params }: HttpRequest): HttpResponse {
  return problem('dead_letter_not_found', `No dead letter ${params['deadLetterId']}.`)
}

/** It has ended otherwise, and stays so. */
export function resolvedOtherwise({ deadLetterId, state }: DeadLetter): HttpResponse {
  const what = state === 'REPLAYED' ? 'replayed' : 'discarded'
  return problem('dead_letter_resolved', `Dead letter ${deadLetterId} was ${what} before.`)
}
