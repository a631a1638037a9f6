import { watchChains } from './chains.ts'
import type { SimulatedMysql } from './mysql/database.ts'
import type { SimulatedPubsub } from './pubsub.ts'
import type { SimulatedRedis } from './redis.ts'

type Watched = {
  readonly mysql: SimulatedMysql
  readonly redis: SimulatedRedis
  readonly pubsub: SimulatedPubsub
}

export type Seen = {
  /** What had to hold at every moment, and did not. */
  readonly broken: readonly string[]
  /** The transactions in the order in which their decisions were committed. */
  readonly decided: ReadonlyMap<string, number>
}

/** Looks on while things happen. */
export function watch({ mysql, redis, pubsub }: Watched): Seen {
  const broken: string[] = []
  const decided = new Map<string, number>()
  mysql.tables.transactions.onCommitted = ({ transaction_id: id, status }) => {
    if (status !== 'PENDING' && !decided.has(String(id))) decided.set(String(id), decided.size)
  }
  watchCopies(mysql, redis, broken)
  watchBells(mysql, pubsub, broken)
  watchChains(mysql, broken)
  return { broken, decided }
}

/** No copy of a balance is newer than what is committed, and what is final stays so. */
function watchCopies({ tables }: SimulatedMysql, redis: SimulatedRedis, broken: string[]): void {
  redis.onSet = (key, value, before) => {
    const [, accountId] = /^balance:(.+)$/.exec(key) ?? []
    const version = Number(tables.accounts.rows.get(accountId ?? '')?.['version'])
    const versionOf = (copy: string) => Number(copy.split('|')[0])
    if (versionOf(value) > version) broken.push(`${key} was newer than the account: ${value}`)
    if (accountId && before !== null && versionOf(before) > versionOf(value))
      broken.push(`${key} went back from ${before} to ${value}`)
    const isOpen = (copy: string) => copy.includes('"status":"PENDING"')
    if (before !== null && !isOpen(before) && isOpen(value))
      broken.push(`${key} was final, and then PENDING again`)
  }
}

/** A bell is answered when all that was PENDING in its group as it rang has been decided. */
function watchBells({ tables }: SimulatedMysql, pubsub: SimulatedPubsub, broken: string[]): void {
  const rungFor = new Map<string, readonly unknown[]>()
  pubsub.onStored = (topic, { messageId, data }) => {
    if (topic !== 'transactions-pending') return
    const { group, lastSeq } = JSON.parse(data) as { group: number; lastSeq: number }
    const rows = [...tables.transactions.rows.values()]
    const pending = rows.filter(row => row['status'] === 'PENDING' && row['ordering_group'] === group)
    const seqs = pending.map(row => Number(row['seq'])).filter(seq => seq <= lastSeq)
    rungFor.set(messageId, seqs)
  }
  pubsub.onTaken = ({ function: name }, { messageId }) => {
    if (name !== 'worker') return
    for (const seq of rungFor.get(messageId) ?? []) {
      const row = tables.transactions.rows.get(seq as number)
      if (row?.['status'] === 'PENDING')
        broken.push(`${row['transaction_id']} was still PENDING when its bell was answered`)
    }
  }
}
