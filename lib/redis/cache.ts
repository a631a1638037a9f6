import type { Redis, Result } from 'ioredis'
import type { BalanceView } from '../views/balance-view.ts'
import type { ToldTransaction } from '../views/told-transaction.ts'

/** How long a final state is kept; after that MySQL answers, and fills it in again. */
const FINAL_SECONDS = 86_400
/**
 * How long the copy of a balance is kept. A version that was read before Redis lost all it had, and written after, finds no newer
 * one to yield to: for so long it may stand for what the account has. Reading an account again costs one look by its key.
 */
const BALANCE_SECONDS = 300
/** A PENDING copy lives only long enough to carry a burst of polls. */
const PENDING_SECONDS = 2

/**
 * Writes copies: KEYS are transactions and then balances; ARGV are how many of the keys are transactions, the seconds of a
 * final state, of an open one and of a balance, and for each key two: `HELD` or nothing and the JSON of a transaction, the version and the
 * JSON of a balance. One script for many, because a command by itself costs more than what it does.
 *
 * A hold goes on: told late, it must not replace the copy of its end. A balance is set unless a newer one is there, so that
 * no late, doubled or reordered write moves it back; its value is `version|json`. One that is newer is published too, on
 * the channel that is called like the key: what nobody hears costs next to nothing.
 */
const WRITE_COPIES = `
local transactions, final, open, balance = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4]
for i, key in ipairs(KEYS) do
  local mark, json = ARGV[3 + 2 * i], ARGV[4 + 2 * i]
  if i > transactions then
    local copy = redis.call('GET', key)
    local held, version = copy and tonumber(string.match(copy, '^%d+')) or -1, tonumber(mark)
    local value = mark .. '|' .. json
    if held <= version then redis.call('SET', key, value, 'EX', balance) end
    if held < version then redis.call('PUBLISH', key, value) end
  elseif mark == 'HELD' then
    redis.call('SET', key, json, 'EX', open, 'NX')
  else
    redis.call('SET', key, json, 'EX', final)
  end
end`

/** Redis does nothing else while a script runs: so many take it a millisecond or two. */
const COPIES_AT_ONCE = 500

type Copy = {
  readonly key: string
  readonly mark: string
  readonly json: string
  readonly isBalance: boolean
}

declare module 'ioredis' {
  interface RedisCommander<Context> {
    writeCopies(keys: number, ...args: (string | number)[]): Result<null, Context>
  }
}

/** Copies of what MySQL knows, as JSON texts. Anything may be missing; what is there is not older than it says. */
export type Cache = {
  /** The copies of transactions and balances, or undefined where there is none. */
  readTransaction(transactionId: string): Promise<string | undefined>
  readBalance(accountId: string): Promise<string | undefined>
  /** Copies transactions, final ones for long, as they never change again, and balances. */
  write(settled: readonly ToldTransaction[], balances: readonly BalanceView[]): Promise<void>
  /** Copies a PENDING transaction unless anything is known of it. */
  writePending(transaction: ToldTransaction): Promise<void>
}

export function createCache(redis: Redis): Cache {
  redis.defineCommand('writeCopies', { lua: WRITE_COPIES })
  return {
    readTransaction: async transactionId => (await redis.get(transactionKey(transactionId))) ?? undefined,
    readBalance: async accountId => {
      const value = await redis.get(balanceKey(accountId))
      return value === null ? undefined : value.slice(value.indexOf('|') + 1)
    },
    write: async (settled, balances) => {
      const copies = [...settled.map(transactionCopy), ...balances.map(balanceCopy)]
      const parts = Array.from({ length: Math.ceil(copies.length / COPIES_AT_ONCE) }, (_, part) =>
        writeCopies(redis, copies.slice(part * COPIES_AT_ONCE, (part + 1) * COPIES_AT_ONCE)),
      )
      await Promise.all(parts)
    },
    writePending: async ({ transactionId, json }) => {
      await redis.set(transactionKey(transactionId), json, 'EX', PENDING_SECONDS, 'NX')
    },
  }
}

function transactionCopy({ transactionId, status, json }: ToldTransaction): Copy {
  const mark = status === 'HELD' ? status : ''
  return { key: transactionKey(transactionId), mark, json, isBalance: false }
}

function balanceCopy(view: BalanceView): Copy {
  const { accountId, version } = view
  return { key: balanceKey(accountId), mark: String(version), json: JSON.stringify(view), isBalance: true }
}

/** Transactions stand before balances. */
async function writeCopies(redis: Redis, copies: readonly Copy[]): Promise<void> {
  const transactions = copies.findIndex(({ isBalance }) => isBalance)
  await redis.writeCopies(
    copies.length,
    ...copies.map(({ key }) => key),
    transactions < 0 ? copies.length : transactions,
    FINAL_SECONDS,
    PENDING_SECONDS,
    BALANCE_SECONDS,
    ...copies.flatMap(({ mark, json }) => [mark, json]),
  )
}

function transactionKey(transactionId: string): string {
  return `transaction:${transactionId}`
}

/** The key of an account's balance, without the prefix. */
export function balanceKey(accountId: string): string {
  return `balance:${accountId}`
}

/** A balance as it is told: its version stands apart, so that it can be compared without reading the rest. */
export type ToldBalance = { readonly version: number; readonly json: string }

/** Reads the copy of a balance, or the news of it: `version|json`. What is none of that is older than anything. */
export function readToldBalance(text: string): ToldBalance {
  const [version = ''] = text.split('|', 1)
  return { version: /^\d+$/.test(version) ? Number(version) : -1, json: text.slice(version.length + 1) }
}
