import { type AccountId, DEFAULT_PREFIX } from '../../lib/ledger/account.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { isDuplicateEntry, isMissingReference } from '../../lib/mysql/errors.ts'
import { findAccount } from '../../lib/mysql/find-account.ts'
import { ensureWorldAccount, insertAccount } from '../../lib/mysql/insert-account.ts'
import { derivedId } from '../../lib/openapi/derived-id.ts'

export type Owner = { readonly userId: string; readonly currency: string }

/** Makes the default account of a user in a currency, unless it is there. Undefined if there is no such user. */
export async function ensureDefaultAccount(
  db: Database,
  owner: Owner,
  now: Date,
): Promise<AccountId | undefined> {
  const accountId = derivedId(DEFAULT_PREFIX, owner.userId, `:${owner.currency}`) as AccountId
  if ((await findAccount(db, accountId)) !== undefined) return accountId
  const account = { accountId, ...owner, accountType: 'DEFAULT', overdraftLimit: 0n }
  try {
    await db.transaction(async transaction => {
      await insertAccount(transaction, account, now)
      await ensureWorldAccount(transaction, owner.currency, now)
    })
  } catch (error) {
    if (isMissingReference(error)) return undefined
    // Another request for the same user was faster.
    if (!isDuplicateEntry(error)) throw error
  }
  return accountId
}
