import type { Database } from '../mysql/connect.ts'
import { findOwnedAccounts, isOwnUser } from '../mysql/find-owned.ts'
import { retry } from '../mysql/retry.ts'
import { isId } from '../openapi/is-id.ts'
import { type Caller, mayUseEveryAccount } from './caller.ts'

/** What is a caller's own. With scope `all` everything is, even what does not exist; what is no id is nobody's. */
export type Ownership = {
  /** Those of the accounts that are the caller's. */
  ownAccounts(caller: Caller, accountIds: readonly string[]): Promise<ReadonlySet<string>>
  ownsAccount(caller: Caller, accountId: string): Promise<boolean>
  ownsUser(caller: Caller, userId: string): Promise<boolean>
}

/** A few MB; then it begins anew. */
const MOST_REMEMBERED = 20_000

/** Looks it up in the database, and remembers it: what is a caller's stays its own. What is not may still come to be. */
export function createOwnership(db: Database, retrySeconds: number): Ownership {
  const remembered = new Set<string>()
  const limits = { retrySeconds }
  const keyOf = (caller: Caller, accountId: string) => `${accountId} ${caller.id}`

  const ownAccounts = async (caller: Caller, accountIds: readonly string[]) => {
    const wanted = [...new Set(accountIds)].filter(isId)
    if (mayUseEveryAccount(caller)) return new Set(wanted)
    const known = wanted.filter(id => remembered.has(keyOf(caller, id)))
    if (known.length === wanted.length) return new Set(known)
    const unknown = wanted.filter(id => !remembered.has(keyOf(caller, id)))
    const found = await retry(limits, 'ownership', () => findOwnedAccounts(db, caller.id, unknown))
    if (remembered.size + found.length > MOST_REMEMBERED) remembered.clear()
    for (const id of found) remembered.add(keyOf(caller, id))
    return new Set([...known, ...found])
  }
  return {
    ownAccounts,
    ownsAccount: async (caller, accountId) => (await ownAccounts(caller, [accountId])).has(accountId),
    ownsUser: async (caller, userId) => {
      if (!isId(userId)) return false
      return (
        mayUseEveryAccount(caller) ||
        (await retry(limits, 'ownership', () => isOwnUser(db, caller.id, userId)))
      )
    },
  }
}
