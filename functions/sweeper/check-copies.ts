import type { Redis } from 'ioredis'
import { parseJson } from '../../lib/http/json.ts'
import { formatMoney, type Money, parseMoney } from '../../lib/ledger/money.ts'
import type { AccountRecord } from '../../lib/mysql/account-record.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { findAccountsById } from '../../lib/mysql/find-accounts-by-id.ts'
import { countOutbox } from '../../lib/mysql/outbox.ts'
import { balanceKey, readToldBalance } from '../../lib/redis/cache.ts'
import type { Fault } from '../../lib/verification/fault.ts'

type Copy = {
  readonly version: number
  readonly balance: Money | undefined
  readonly held: Money | undefined
}

/**
 * Holds copies of balances against their accounts, and answers how many there were. Exact while workers are at work: accounts
 * are read before the copies and after them, so a copy that is newer than the second is a fault; and one that is older than the
 * first is, if nothing was left to be told in between. One that is missing is none.
 */
export async function checkCopies(
  { db, redis }: { readonly db: Database; readonly redis: Redis },
  accountIds: readonly string[],
): Promise<{ readonly copies: number; readonly faults: readonly Fault[] }> {
  if (accountIds.length === 0) return { copies: 0, faults: [] }
  const before = await readAccounts(db, accountIds)
  const isAllTold = (await countOutbox(db)) === 0
  // With the cache away there is nothing to compare.
  const texts = await redis.mget(accountIds.map(balanceKey)).catch(() => accountIds.map(() => null))
  const after = await readAccounts(db, accountIds)
  const faults: Fault[] = []
  for (const [index, text] of texts.entries()) {
    const accountId = accountIds[index] ?? ''
    if (text === null) continue
    const copy = readCopy(text)
    const [first, last] = [before.get(accountId), after.get(accountId)]
    const isOlder = isAllTold && first !== undefined && copy.version < first.version
    const isNewer = last === undefined || copy.version > last.version
    const isOther = [first, last].some(account => account?.version === copy.version && differs(account, copy))
    if (!isOlder && !isNewer && !isOther) continue
    const message = `the copy of ${accountId} is ${describe(copy)}, the account ${last ? describe(last) : 'is not there'}`
    faults.push({ code: 'copy_differs', subject: accountId, message })
  }
  return { copies: texts.filter(text => text !== null).length, faults }
}

async function readAccounts(
  db: Database,
  accountIds: readonly string[],
): Promise<Map<string, AccountRecord>> {
  const accounts = await findAccountsById(db, accountIds)
  return new Map(accounts.map(account => [account.accountId, account]))
}

/** A copy that cannot be read has no balance. */
function readCopy(text: string): Copy {
  const { version, json } = readToldBalance(text)
  try {
    const { balance, held } = parseJson(json) as Record<string, string>
    return { version, balance: parseMoney(String(balance)), held: parseMoney(String(held)) }
  } catch {
    return { version, balance: undefined, held: undefined }
  }
}

function differs(account: AccountRecord, { balance, held }: Copy): boolean {
  return account.balance !== balance || account.held !== held
}

function describe({ version, balance, held }: Copy): string {
  const money = (value: Money | undefined) => (value === undefined ? 'nothing' : formatMoney(value))
  return `${money(balance)} with ${money(held)} held at version ${version}`
}
