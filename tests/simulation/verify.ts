import { comesBefore, type Told } from './callers.ts'
import type { SimulatedMysql } from './mysql/database.ts'
import { isPoison, type Row, units } from './mysql/tables.ts'
import type { SimulatedPubsub } from './pubsub.ts'
import type { SimulatedRedis } from './redis.ts'
import type { Seen } from './watch.ts'

type Ended = {
  readonly mysql: SimulatedMysql
  readonly redis: SimulatedRedis
  readonly pubsub: SimulatedPubsub
  readonly told: Told
  readonly seen: Seen
}

/** Says what was promised and does not hold, now that nothing is at work any more. */
export function findBroken({ mysql, redis, pubsub, told, seen }: Ended): string[] {
  const { transactions, accounts, outbox, dead_letters: letters } = mysql.tables
  const rows = [...transactions.rows.values()].sort((one, other) => Number(one['seq']) - Number(other['seq']))
  const events = readResults(pubsub)
  return [
    ...findLost(rows, told),
    ...findUnsettled(rows),
    ...findWronglyGivenUp(rows),
    ...[...outbox.rows.keys()].map(id => `outbox row ${id} was not told`),
    ...(pubsub.waiting > 0 ? [`${pubsub.waiting} messages were not taken`] : []),
    ...[...letters.rows.values()]
      .filter(isUnexpected)
      .map(letter => `a dead letter: ${JSON.stringify(letter)}`),
    ...findWrongOrder(rows, told, seen),
    ...[...accounts.rows.values()].flatMap(account => findWrongBooks(account, rows)),
    ...findWrongSum([...accounts.rows.values()]),
    ...findUntold(rows, events, told),
    ...findWrongCopies(mysql, redis),
  ]
}

function findLost(rows: readonly Row[], { acceptedMs }: Told): string[] {
  const stored = new Set(rows.map(row => row['transaction_id']))
  return [...acceptedMs.keys()].filter(id => !stored.has(id)).map(id => `${id} was accepted and is lost`)
}

function findUnsettled(rows: readonly Row[]): string[] {
  const open = rows.filter(
    ({ status, type, expires_at: expires }) =>
      status === 'PENDING' || (status === 'HELD' && (type !== 'hold' || expires)),
  )
  return open.map(row => `${row['transaction_id']} is still ${row['status']}`)
}

/** A follow-up of what was refused, or has not arrived, is refused on the topic; and poison is given up. */
function isUnexpected({ reason }: Row): boolean {
  return reason !== 'unknown_parent' && reason !== 'parent_mismatch' && reason !== 'dead_lettered'
}

/** Given up is what fails by itself, and nothing that stood beside it. */
function findWronglyGivenUp(rows: readonly Row[]): string[] {
  const givenUp = rows.filter(row => row['reason'] === 'dead_lettered' && !isPoison(row))
  return givenUp.map(row => `${row['transaction_id']} was given up, and could have been applied`)
}

/** What a source sent is decided in the order in which it was accepted. */
function findWrongOrder(rows: readonly Row[], told: Told, { decided }: Seen): string[] {
  const placeOf = (row: Row) => decided.get(String(row['transaction_id'])) ?? Number.POSITIVE_INFINITY
  const wrong = pairsInOrder(rows, told).filter(([first, second]) => placeOf(second) < placeOf(first))
  return wrong.map(
    ([first, second]) =>
      `${second['transaction_id']} was decided before ${first['transaction_id']}, which its source had sent earlier`,
  )
}

/** All transactions of a source of which one has to come before the other. */
function pairsInOrder(rows: readonly Row[], told: Told): (readonly [Row, Row])[] {
  return [...Map.groupBy(rows, row => row['source_account_id']).values()].flatMap(own =>
    own.flatMap(first =>
      own
        .filter(second =>
          comesBefore(told, String(first['transaction_id']), String(second['transaction_id'])),
        )
        .map(second => [first, second] as const),
    ),
  )
}

type Entry = {
  readonly version: number
  readonly change: bigint
  readonly balance: bigint
  readonly id: unknown
}

/** Each version of an account is made by one entry, and its balance by the entries before. */
function findWrongBooks(account: Row, rows: readonly Row[]): string[] {
  const id = account['account_id']
  const entries = rows.flatMap(row => entriesOf(row, id)).sort((one, other) => one.version - other.version)
  const wrong: string[] = []
  let balance = 0n
  for (const [index, entry] of entries.entries()) {
    balance += entry.change
    if (entry.version !== index + 1)
      wrong.push(`${id}: version ${entry.version} stands in place ${index + 1} (${entry.id})`)
    if (entry.balance !== balance)
      wrong.push(`${id}: ${entry.id} says ${entry.balance}, the entries make ${balance}`)
  }
  if (units(account['balance']) !== balance)
    wrong.push(`${id} has ${account['balance']}, its entries make ${balance}`)
  if (Number(account['version']) !== entries.length)
    wrong.push(`${id} has version ${account['version']} and ${entries.length} entries`)
  const held = rows.filter(row => row['status'] === 'HELD' && row['source_account_id'] === id)
  const sum = held.reduce((total, row) => total + units(row['amount']), 0n)
  if (units(account['held']) !== sum) wrong.push(`${id} holds ${account['held']}, its open holds are ${sum}`)
  return wrong
}

function entriesOf(row: Row, accountId: unknown): Entry[] {
  if (row['source_version'] === null) return []
  const amount = row['destination_version'] === null ? 0n : units(row['amount'])
  const common = { id: row['transaction_id'] }
  if (row['source_account_id'] === accountId) {
    return [
      {
        ...common,
        version: Number(row['source_version']),
        change: -amount,
        balance: units(row['source_balance_after']),
      },
    ]
  }
  if (row['destination_account_id'] !== accountId || amount === 0n) return []
  return [
    {
      ...common,
      version: Number(row['destination_version']),
      change: amount,
      balance: units(row['destination_balance_after']),
    },
  ]
}

function findWrongSum(accounts: readonly Row[]): string[] {
  const sum = accounts.reduce((total, account) => total + units(account['balance']), 0n)
  return sum === 0n ? [] : [`all balances together are ${sum}`]
}

type ResultEvent = {
  readonly id: string
  readonly partitionkey: string
  readonly data: { readonly transactionId: string; readonly status: string }
}

function readResults({ stored }: SimulatedPubsub): ResultEvent[] {
  return (stored.get('transaction-results') ?? []).flatMap(({ data }) => JSON.parse(data) as ResultEvent[])
}

/** Each final state is published, and those of a source for the first time in the order in which they were accepted. */
function findUntold(rows: readonly Row[], events: readonly ResultEvent[], told: Told): string[] {
  const places = new Map<string, number>()
  for (const [place, { id }] of events.entries()) if (!places.has(id)) places.set(id, place)
  const untold = rows.filter(row => !places.has(`${row['transaction_id']}/${row['status']}`))
  const wrong = pairsInOrder(rows, told).filter(
    ([first, second]) => firstPlace(places, second) < firstPlace(places, first),
  )
  return [
    ...untold.map(row => `${row['transaction_id']} is ${row['status']}, and nobody was told`),
    ...wrong.map(
      ([first, second]) =>
        `${second['transaction_id']} was told before ${first['transaction_id']}, which its source had sent earlier`,
    ),
  ]
}

/** Where a transaction was told of first: a hold that has ended may have been told of before, as held. */
function firstPlace(places: ReadonlyMap<string, number>, { transaction_id: id }: Row): number {
  const found = ['HELD', 'COMPLETED', 'VOIDED', 'FAILED'].flatMap(
    status => places.get(`${id}/${status}`) ?? [],
  )
  return Math.min(...found)
}

/** Says which copies are not what the database has; those that have run out are none. */
export function findWrongCopies({ tables }: SimulatedMysql, redis: SimulatedRedis): string[] {
  return [
    ...[...tables.accounts.rows.values()].flatMap(account => findWrongCopy(account, redis)),
    ...[...tables.transactions.rows.values()].flatMap(row => findWrongTransactionCopy(row, redis)),
  ]
}

function findWrongCopy(account: Row, redis: SimulatedRedis): string[] {
  const copy = redis.peek(`balance:${account['account_id']}`)
  if (copy === undefined || Number(copy.split('|')[0]) === Number(account['version'])) return []
  return [`the copy of ${account['account_id']} stays behind: ${copy}, not version ${account['version']}`]
}

function findWrongTransactionCopy(row: Row, redis: SimulatedRedis): string[] {
  const copy = redis.peek(`transaction:${row['transaction_id']}`)
  if (copy === undefined || copy.includes(`"status":"${row['status']}"`)) return []
  return [`the copy of ${row['transaction_id']} says ${copy}, not ${row['status']}`]
}
