import { ExpectedError } from '../command/expected-error.ts'
import { askUntil, type Patience } from '../service/ask-until.ts'
import type { ServiceClient } from '../service/service-client.ts'

/** A transaction that will not change any more; money is text. */
export type FinalTransaction = {
  readonly transactionId: string
  readonly status: string
  readonly reason?: string
  readonly sourceBalanceAfter?: string
  readonly destinationBalanceAfter?: string
  readonly sourceVersion?: number
  readonly destinationVersion?: number
}

/**
 * Reads a transaction until it is final; until the service has accepted it from the topic, it is unknown
 * there.
 */
export function followTransaction(
  client: ServiceClient,
  transactionId: string,
  patience: Patience,
  firstPauseMilliseconds = 0,
): Promise<FinalTransaction> {
  const what = `transaction ${transactionId}`
  return askUntil({
    what,
    patience,
    firstPauseMilliseconds,
    ask: () => client.get(`/api/v1/transactions/${transactionId}`),
    read: ({ status, body }) => {
      if (status === 404) return undefined
      if (status !== 200) throw new ExpectedError(`${what}: ${status} ${JSON.stringify(body)}`)
      return body['status'] === 'PENDING' ? undefined : (body as FinalTransaction)
    },
  })
}
