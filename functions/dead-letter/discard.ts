import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { invalidRequest } from '../../lib/http/problem.ts'
import { readJsonBody } from '../../lib/http/read-json-body.ts'
import { lockDeadLetter } from '../../lib/mysql/find-dead-letters.ts'
import { resolveDeadLetter } from '../../lib/mysql/resolve-dead-letter.ts'
import { retry } from '../../lib/mysql/retry.ts'
import { validatorOf } from '../../lib/openapi/validator.ts'
import { deadLetterView } from '../../lib/views/dead-letter-view.ts'
import { noDeadLetter, readDeadLetterId, resolvedOtherwise } from './refused.ts'
import type { RouteParts } from './route-parts.ts'

const validate = validatorOf('DiscardRequest')

/** Discards a dead letter for a reason, which is kept with who gave it. The same again answers the same. */
export async function discard(parts: RouteParts, request: HttpRequest, by: string): Promise<HttpResponse> {
  const deadLetterId = readDeadLetterId(request)
  const body = readJsonBody(request)
  if ('refusal' in body) return body.refusal
  const errors = validate(body.value)
  if (errors.length > 0) return invalidRequest(errors)
  const { reason } = body.value as { reason: string }
  if (deadLetterId === undefined) return noDeadLetter(request)
  const resolution = { state: 'DISCARDED', reason, by, at: parts.now() } as const
  const { letter, isFirst } = await retry(parts, 'discard', () =>
    parts.db.transaction(async transaction => {
      const found = await lockDeadLetter(transaction, deadLetterId)
      if (found?.state !== 'OPEN') return { letter: found, isFirst: false }
      return { letter: await resolveDeadLetter(transaction, found, resolution), isFirst: true }
    }),
  )
  if (letter === undefined) return noDeadLetter(request)
  if (letter.discardReason !== reason) return resolvedOtherwise(letter)
  if (isFirst) parts.log.info({ deadLetterId, by }, 'dead letter discarded')
  return { status: 200, body: deadLetterView(letter) }
}
