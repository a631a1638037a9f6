import type { Redis, Result } from 'ioredis'
import type { BalanceView } from '../views/balance-view.ts'
import type { TransactionView } from '../views/transaction-view.ts'

/** How long a final state is kept; after that MySQL answers, and fills it in again. */
const FINAL_SECONDS = 86_400
/** A PENDING copy lives only long enough to carry a burst of polls. */
const PENDING_SECONDS = 2

/**
 * Sets a balance unless a newer one is there, so that no late, doubled or reordered write moves a balance back.
 * The value is `version|json`. One that is newer is published too, on the channel that is called like the key: what
 * nobody hears costs next to nothing.
 */
const SET_BALANCE = `
local copy = redis.call('GET', KEYS[1])
local held = copy and tonumber(string.match(copy, '^%d+')) or -1
if held > tonumber(ARGV[1]) then return 0 end
local value = ARGV[1] .. '|' .. ARGV[2]
redis.call('SET', KEYS[1], value, 'EX', ARGV[3])
if held < tonumber(ARGV[1]) then redis.call('PUBLISH', KEYS[1], value) end
return 1`

declare module 'ioredis' {
  interface RedisCommander<Context> {
    setBalance(key: string, version: number, json: string, seconds: number): Result<number, Context>
  }
}

/** Copies of what MySQL knows, as JSON texts. Anything may be missing; what is there is not older than it says. */
export type Cache = {
  /** The copies of transactions and balances, or undefined where there is none. */
  readTransaction(transactionId: string): Promise<string | undefined>
  readBalance(accountId: string): Promise<string | undefined>
  /** Copies transactions, final ones for long, as they never change again, and balances. */
  write(settled: readonly TransactionView[], balances: readonly BalanceView[]): Promise<void>
  /** Copies a PENDING transaction unless anything is known of it. */
  writePending(transaction: TransactionView): Promise<void>
}

export function createCache(redis: Redis): Cache {
  redis.defineCommand('setBalance', { numberOfKeys: 1, lua: SET_BALANCE })
  return {
    readTransaction: async transactionId => (await redis.get(transactionKey(transactionId))) ?? undefined,
    readBalance: async accountId => {
      const value = await redis.get(balanceKey(accountId))
      return value === null ? undefined : value.slice(value.indexOf('|') + 1)
    },
    write: async (settled, balances) => {
      const pipeline = redis.pipeline()
      for (const view of settled) {
        const [key, json] = [transactionKey(view.transactionId), JSON.stringify(view)]
        // A hold goes on; told late, it must not replace the copy of its end.
        if (view.status === 'HELD') pipeline.set(key, json, 'EX', PENDING_SECONDS, 'NX')
        else pipeline.set(key, json, 'EX', FINAL_SECONDS)
      }
      for (const view of balances) {
        pipeline.setBalance(balanceKey(view.accountId), view.version, JSON.stringify(view), FINAL_SECONDS)
      }
      const results = (await pipeline.exec()) ?? []
      const failed = results.find(([error]) => error !== null)
      if (failed !== undefined) throw failed[0]
    },
    writePending: async view => {
      await redis.set(transactionKey(view.transactionId), JSON.stringify(view), 'EX', PENDING_SECONDS, 'NX')
    },
  }
}

function transactionKey(transactionId: string): string {
  return `transaction:${transactionId}`
}

/** The key of an account's balance, without the prefix. */
export function balanceKey(accountId: string): string {
  return `balance:${accountId}`
}
