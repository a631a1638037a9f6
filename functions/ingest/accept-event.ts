import { parseJson, parseJsonVerbatim } from '../../lib/http/json.ts'
import { sayErrors } from '../../lib/http/problem.ts'
import { insertDeadLetters, type NewDeadLetter } from '../../lib/mysql/insert-dead-letters.ts'
import { retry } from '../../lib/mysql/retry.ts'
import type { PushMessage } from '../../lib/pubsub/push-message.ts'
import { acceptanceAt } from './acceptance.ts'
import type { IngestParts } from './ingest-parts.ts'
import { parseTransaction } from './parse-transaction.ts'
import type { Request } from './request.ts'

/** One message carries one transaction, or up to this many. */
const MAX_ITEMS = 1000

/** A push waits for this after it has waited, RETRY_SECONDS at most, for what was valid. */
const LETTER_SECONDS = 5

/** The senders on the topic are not told apart, so nothing is somebody else's there. */
const REFUSALS = {
  id_reused: { reason: 'transaction_id_reused', detail: 'transactionId belongs to another transaction' },
  unknown_parent: { reason: 'unknown_parent', detail: 'parentTransactionId was not accepted before' },
  parent_mismatch: { reason: 'parent_mismatch', detail: 'its parent is of another type' },
} as const

type Refused = Omit<NewDeadLetter, 'source' | 'messageId'>

/**
 * Takes a message from the topic `transactions`: what is valid is accepted, in the message's order; what is not,
 * and never will be, becomes a dead letter, so that it does not block those behind it. Throws TransientError
 * when the database cannot be had: then the message comes again.
 */
export async function acceptEvent(parts: IngestParts, message: PushMessage): Promise<void> {
  const { items, fault } = readItems(message.text)
  const refused: Refused[] = fault === undefined ? [] : [fault]
  const valid: { item: number; transaction: Request }[] = []
  for (const [item, value] of items.entries()) {
    const parsed = parseTransaction(value, parts.orderingGroups)
    if ('transaction' in parsed) valid.push({ item, transaction: parsed.transaction })
    else
      refused.push({
        ...letterOf(message, item),
        reason: 'invalid_request',
        detail: sayErrors(parsed.errors),
      })
  }
  const acceptances = await parts.acceptor.accept(
    valid.map(({ transaction }) => transaction),
    undefined,
  )
  for (const [index, { item, transaction }] of valid.entries()) {
    const { kind } = acceptanceAt(acceptances, index)
    if (kind === 'accepted' || kind === 'not_own') continue
    const { transactionId } = transaction
    refused.push({ ...letterOf(message, item), transactionId, ...REFUSALS[kind] })
  }
  if (refused.length > 0) await keepRefused(parts, message, refused)
}

async function keepRefused(
  { db, now, log }: IngestParts,
  { messageId }: PushMessage,
  refused: readonly Refused[],
): Promise<void> {
  log.warn({ messageId, items: refused.length }, 'event refused; kept as dead letters')
  const letters = refused.map(letter => ({ ...letter, source: 'event' as const, messageId }))
  await retry({ retrySeconds: LETTER_SECONDS }, 'keep dead letters', () =>
    insertDeadLetters(db, letters, now()),
  )
}

function readItems(text: string): { items: readonly unknown[]; fault?: Refused } {
  const fault = { item: 0, transactionId: null, payload: text }
  let value: unknown
  try {
    value = parseJson(text)
  } catch {
    return { items: [], fault: { ...fault, reason: 'invalid_json', detail: 'the message is not JSON' } }
  }
  if (!Array.isArray(value)) return { items: [value] }
  if (value.length > 0 && value.length <= MAX_ITEMS) return { items: value }
  const detail = `the array has ${value.length} items, not 1 to ${MAX_ITEMS}`
  return { items: [], fault: { ...fault, reason: 'invalid_request', detail } }
}

/** The item as it was sent, its money digit for digit; the whole message, where it nests too deep to be taken apart. */
function letterOf({ text }: PushMessage, item: number): Pick<Refused, 'item' | 'transactionId' | 'payload'> {
  const letter = { item, transactionId: null }
  try {
    const value = parseJsonVerbatim(text)
    return { ...letter, payload: JSON.stringify(Array.isArray(value) ? value[item] : value) }
  } catch {
    return { ...letter, payload: text }
  }
}
