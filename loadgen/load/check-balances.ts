import { setTimeout as pause } from 'node:timers/promises'
import { formatMoney, type Money, parseMoney } from '../../lib/ledger/money.ts'
import { forEachAtMost } from '../command/for-each-at-most.ts'
import type { ServiceClient } from '../service/service-client.ts'
import type { Journal } from './journal.ts'
import type { Transfers } from './transfers.ts'

const AT_ONCE = 32
const PAUSE_MILLISECONDS = 250

/** By how much each account's balance must have changed, by position: what was COMPLETED, added up. */
export function expectedChanges(journal: Journal, transfers: Transfers): Money[] {
  const changes = transfers.accountIds.map(() => 0n)
  for (let index = 0; index < journal.sent; index += 1) {
    if (journal.decisionOf(index) !== 'COMPLETED') continue
    const { source, destination, amount } = transfers.at(index)
    changes[source] = (changes[source] ?? 0n) - amount
    changes[destination] = (changes[destination] ?? 0n) + amount
  }
  return changes
}

export type BalanceCheck = {
  readonly client: ServiceClient
  /** What each account must have. */
  readonly expected: ReadonlyMap<string, Money>
  /** So long without one more that is as expected, and the rest is given up. A copy may be behind until it is repaired. */
  readonly seconds: number
  readonly interrupted: AbortSignal
}

/** Reads each balance until it is as expected. Answers those that are not in time, in words, and what they all sum to. */
export async function checkBalances(check: BalanceCheck): Promise<{ wrong: string[]; sum: Money }> {
  const { client, expected, seconds, interrupted } = check
  let foundMs = performance.now()
  const isPatient = () => performance.now() - foundMs < seconds * 1000
  const isExpected = (accountId: string) => parseMoney(seen.get(accountId) ?? '') === expected.get(accountId)
  const seen = new Map<string, string>()
  let left = [...expected.keys()]
  for (;;) {
    await forEachAtMost(AT_ONCE, left, async accountId => {
      interrupted.throwIfAborted()
      if (!isPatient()) return
      seen.set(accountId, await readBalance(client, accountId))
      if (isExpected(accountId)) foundMs = performance.now()
    })
    left = left.filter(accountId => !isExpected(accountId))
    if (left.length === 0 || !isPatient()) break
    await pause(PAUSE_MILLISECONDS)
  }
  const wrong = left.map(
    accountId => `${accountId} has ${seen.get(accountId)}, not ${formatMoney(expected.get(accountId) ?? 0n)}`,
  )
  const sum = seen.values().reduce((all, balance) => all + (parseMoney(balance) ?? 0n), 0n)
  return { wrong, sum }
}

/** The balance as it is written, or what was answered instead. */
export async function readBalance(client: ServiceClient, accountId: string): Promise<string> {
  const answer = await client.get(`/api/v1/accounts/${encodeURIComponent(accountId)}/balance`)
  if (answer.kind !== 'answer') return answer.why
  return answer.status === 200 ? String(answer.body['balance']) : `${answer.status}`
}
