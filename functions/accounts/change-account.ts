import { keepUntold } from '../../lib/drain/keep-untold.ts'
import { tellAndForget } from '../../lib/drain/tell.ts'
import { available } from '../../lib/ledger/account.ts'
import type { AccountRecord } from '../../lib/mysql/account-record.ts'
import type { SqlTransaction } from '../../lib/mysql/connect.ts'
import { hasPending } from '../../lib/mysql/has-pending.ts'
import { lockAccounts } from '../../lib/mysql/lock-accounts.ts'
import { retry } from '../../lib/mysql/retry.ts'
import { type Standing, writeStanding } from '../../lib/mysql/write-standing.ts'
import type { AccountParts } from './account-parts.ts'

/** Why an account stays as it is. */
export type Refusal = 'unknown' | 'closed' | 'over_limit' | 'has_balance' | 'has_pending'

/** Decides how a locked account is to stand, from how it stands. */
type Decide = (account: AccountRecord, transaction: SqlTransaction) => Promise<Standing | Refusal>

/** Freezes or unfreezes an account, or changes its limit; what is not named stays. Again changes nothing. */
export function changeAccount(
  parts: AccountParts,
  accountId: string,
  change: Partial<Standing>,
): Promise<AccountRecord | Refusal> {
  return stand(parts, accountId, async account => {
    if (account.status === 'CLOSED') return 'closed'
    const standing = { status: account.status, overdraftLimit: account.overdraftLimit, ...change }
    const availableMoney = available({ ...account, ...standing })
    return availableMoney !== null && availableMoney < 0n ? 'over_limit' : standing
  })
}

/** Closes an account, unless it holds money or has transactions that are not final. Closing twice is closing once. */
export function closeAccount(parts: AccountParts, accountId: string): Promise<AccountRecord | Refusal> {
  return stand(parts, accountId, async (account, transaction) => {
    const { status, overdraftLimit, balance, held } = account
    if (status === 'CLOSED') return { status, overdraftLimit }
    if (balance !== 0n || held !== 0n) return 'has_balance'
    // What is accepted after this look is refused by the closed account; while it is locked nothing is applied.
    if (await hasPending(transaction, accountId)) return 'has_pending'
    return { status: 'CLOSED', overdraftLimit }
  })
}

/**
 * Changes a locked account, with a version of its own and an outbox row, so that the copy of its balance follows: what
 * is available depends on the limit. If that cannot be told now, the sweeper tells it.
 */
async function stand(
  parts: AccountParts,
  accountId: string,
  decide: Decide,
): Promise<AccountRecord | Refusal> {
  const done = await retry(parts, 'change account', () =>
    parts.db.transaction(async transaction => {
      const account = (await lockAccounts(transaction, [accountId])).get(accountId)
      if (account === undefined) return { result: 'unknown' as const }
      const standing = await decide(account, transaction)
      if (typeof standing === 'string') return { result: standing }
      if (standing.status === account.status && standing.overdraftLimit === account.overdraftLimit) {
        return { result: account }
      }
      const now = parts.now()
      const result = {
        ...account,
        ...standing,
        version: account.version + 1,
        updatedAt: now.toISOString(),
      }
      await writeStanding(transaction, result, now)
      const batch = { transactions: [], accounts: [result], heads: [] }
      return { result, untold: await keepUntold(transaction, batch, now) }
    }),
  )
  if (done.untold !== undefined) await tellAndForget(parts, done.untold)
  return done.result
}
