import { formatMoney, type Money } from '../../lib/ledger/money.ts'
import { ExpectedError } from '../command/expected-error.ts'
import { forEachAtMost } from '../command/for-each-at-most.ts'
import { askUntil, type Patience } from './ask-until.ts'
import type { ServiceClient } from './service-client.ts'

/** As many as one instance of `accounts` takes at a time. */
const AT_ONCE = 16

export type AccountsToOpen = {
  readonly currency: string
  /** The overdraft limit of each. */
  readonly limits: ReadonlyMap<string, Money>
  readonly onOpened?: () => void
}

/** Opens accounts with their overdraft limits; one that is open, on the same terms, is left as it is. */
export async function openAccounts(
  client: ServiceClient,
  { currency, limits, onOpened }: AccountsToOpen,
  patience: Patience,
): Promise<void> {
  await forEachAtMost(AT_ONCE, limits, async ([accountId, limit]) => {
    const what = `account ${accountId}`
    const overdraftLimit = formatMoney(limit)
    await askUntil({
      what,
      patience,
      ask: () => client.post('/api/v1/accounts', { accountId, currency, overdraftLimit }),
      read: ({ status, body }) => {
        if (status === 201) return true
        throw new ExpectedError(`${what} cannot be opened: ${status} ${JSON.stringify(body)}`)
      },
    })
    onOpened?.()
  })
}
