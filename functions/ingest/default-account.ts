import { createHash } from 'node:crypto'
import { type AccountId, DEFAULT_PREFIX } from '../../lib/ledger/account.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { isDuplicateEntry, isMissingReference } from '../../lib/mysql/errors.ts'
import { findAccount } from '../../lib/mysql/find-account.ts'
import { ensureWorldAccount, insertAccount } from '../../lib/mysql/insert-account.ts'

export type Owner = { readonly userId: string; readonly currency: string }

/** Makes the default account of a user in a currency, unless it is there. Undefined if there is no such user. */
export async function ensureDefaultAccount(
  db: Database,
  owner: Owner,
  now: Date,
): Promise<AccountId | undefined> {
  const accountId = defaultAccountId(owner)
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

/** Hashed where the user's id leaves no room in 64. */
function defaultAccountId({ userId, currency }: Owner): AccountId {
  const room = 64 - DEFAULT_PREFIX.length - currency.length - 1
  const name = userId.length <= room ? userId : createHash('sha256').update(userId).digest('hex')
  return `${DEFAULT_PREFIX}${name.slice(0, room)}:${currency}` as AccountId
}
