import { type Money, parseMoney } from '../../lib/ledger/money.ts'
import { ExpectedError } from '../command/expected-error.ts'
import { forEachAtMost } from '../command/for-each-at-most.ts'
import { askUntil } from '../service/ask-until.ts'
import { WORLD } from './bank-row.ts'
import type { ReplayContext } from './replay-context.ts'

/**
 * Reads the balances of accounts, and the world's, as they were after the last transaction that was seen of
 * each or later: what is shown is a copy, which may be behind for as long as it takes to repair it after a
 * crash.
 */
export async function readBalances(
  context: ReplayContext,
  accountIds: Iterable<string>,
): Promise<ReadonlyMap<string, Money>> {
  const { client, patience, versions, concurrency } = context
  const balances = new Map<string, Money>()
  await forEachAtMost(concurrency, [...accountIds, WORLD], async accountId => {
    const what = `balance of ${accountId}`
    const balance = await askUntil({
      what,
      patience,
      ask: () => client.get(`/api/v1/accounts/${accountId}/balance`),
      read: ({ status, body }) => {
        const money = parseMoney(String(body['balance']))
        if (status !== 200 || money === undefined) {
          throw new ExpectedError(`${what}: ${status} ${JSON.stringify(body)}`)
        }
        return Number(body['version']) >= (versions.get(accountId) ?? 0) ? money : undefined
      },
    })
    balances.set(accountId, balance)
  })
  return balances
}

/** What an account and all the others that were read sum to. */
export function sumOf(balances: ReadonlyMap<string, Money>): Money {
  return balances.values().reduce((sum, balance) => sum + balance, 0n)
}
