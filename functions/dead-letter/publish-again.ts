import { parseJson } from '../../lib/http/json.ts'
import type { DeadLetter } from '../../lib/mysql/dead-letter-record.ts'
import { MAX_PAYLOAD } from '../../lib/mysql/insert-dead-letters.ts'
import { TransientError } from '../../lib/retry/retry-transient.ts'
import { traceparentNow } from '../../lib/telemetry/trace-context.ts'
import type { Flaw } from './flaw.ts'
import type { RouteParts } from './route-parts.ts'

/** One key for all, so that what is replayed first arrives first: a parent before what follows it up. */
const ORDERING_KEY = 'dead-letter'

/**
 * Publishes a refused event to its topic, as it was sent, unless it cannot be one. Throws TransientError if the topic has
 * not taken it; whether it has then is not known, and it may be published again.
 */
export async function publishAgain(
  { publisher, transactionsTopic }: RouteParts,
  letter: DeadLetter,
): Promise<Flaw | undefined> {
  const flaw = findFlaw(letter)
  if (flaw !== undefined) return { flaw }
  // Its own trace ended when it was refused: what becomes of it now belongs to the replay.
  const traceparent = traceparentNow()
  const attributes = traceparent === null ? {} : { traceparent }
  try {
    await publisher.publish(transactionsTopic, {
      data: letter.payload,
      orderingKey: ORDERING_KEY,
      attributes,
    })
    return undefined
  } catch (error) {
    throw new TransientError('publish a dead letter again', error)
  }
}

/** Why an event would not be what it was, or is refused whatever has changed since. */
function findFlaw({ reason, payload }: DeadLetter): string | undefined {
  if (payload.length >= MAX_PAYLOAD) return 'Its payload was too long to be kept whole.'
  const value = parse(payload)
  if (value === undefined) return 'Its payload is not JSON.'
  // An item that is itself a list would be read as a message of several, and perhaps accepted.
  if (reason === 'invalid_request' && Array.isArray(value)) return 'Its payload is a list, not a transaction.'
  return undefined
}

/** Undefined, which JSON has no word for, for what is none. */
function parse(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}
