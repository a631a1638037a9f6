import { setTimeout as pause } from 'node:timers/promises'
import { forEachAtMost } from '../command/for-each-at-most.ts'
import type { ServiceClient } from '../service/service-client.ts'
import type { Decision, Journal } from './journal.ts'
import type { Transfers } from './transfers.ts'

const AT_ONCE = 32
const PAUSE_MILLISECONDS = 100

export type Asking = {
  readonly client: ServiceClient
  readonly journal: Journal
  readonly transfers: Transfers
  /** So long without anything learned, and the rest is given up, asked for or not: a service that is away costs no more. */
  readonly seconds: number
  readonly interrupted: AbortSignal
  readonly onDecided?: (index: number, transaction: Readonly<Record<string, unknown>>) => void
}

/**
 * Asks what became of each transfer until it is final, or is not there: what nobody has told us, or answered. What has not
 * been learned in time stays as it is in the journal.
 */
export async function askDecisions(asking: Asking, indexes: Iterable<number>): Promise<void> {
  const { interrupted, seconds } = asking
  let learnedMs = performance.now()
  await forEachAtMost(AT_ONCE, indexes, async index => {
    while (performance.now() - learnedMs < seconds * 1000) {
      interrupted.throwIfAborted()
      if (await isKnown(asking, index)) {
        learnedMs = performance.now()
        return
      }
      await pause(PAUSE_MILLISECONDS)
    }
  })
}

async function isKnown(asking: Asking, index: number): Promise<boolean> {
  const { client, journal, transfers, onDecided } = asking
  const answer = await client.get(`/api/v1/transactions/${transfers.idOf(index)}`)
  if (answer.kind !== 'answer') return false
  if (answer.status === 404) {
    // What was accepted has to be there.
    if (journal.isAccepted(index)) return false
    journal.deny(index)
    return true
  }
  const { status } = answer.body
  if (answer.status !== 200) return false
  journal.accept(index)
  if (status !== 'COMPLETED' && status !== 'FAILED') return false
  if (journal.decide(index, status satisfies Decision)) onDecided?.(index, answer.body)
  return true
}
