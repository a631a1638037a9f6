import type { Link } from '../chain/link.ts'
import type { SqlTransaction } from './connect.ts'
import { findEveryHead } from './find-heads.ts'
import { readMembers } from './insert-links.ts'

export type NewLinks = {
  readonly links: readonly Link[]
  /** Whether there are more behind them. */
  readonly hasMore: boolean
}

type Verified = ReadonlyMap<number, { readonly number: number }>
type Row = {
  id: string
  ordering_group: number
  number: string
  hash: string
  size: number
  created_at: string
}

/** Links that are read first, and at the most, without what they cover: few where steps are large, many where they are small. */
const FEWEST_LINKS = 64
const MOST_LINKS = 4096

/**
 * Reads links behind those that are verified, in the order they were stored, until they cover so many transactions. All of a
 * step or none: its links have one moment, and what it decided in one group may follow from what it decided in another.
 */
export async function findNewLinks(
  transaction: SqlTransaction,
  verified: Verified,
  transactionsAtMost: number,
): Promise<NewLinks> {
  const first = await findFirstNew(transaction, verified)
  if (first === undefined) return { links: [], hasMore: false }
  const { steps, isCut } = await readSteps(transaction, { first, verified, transactionsAtMost })
  const taken = takeSteps(steps, transactionsAtMost)
  const members = await readAllMembers(transaction, taken)
  const links = taken.map(row => ({
    orderingGroup: row.ordering_group,
    number: Number(row.number),
    hash: row.hash,
    members: members.get(row.id) ?? [],
  }))
  return { links, hasMore: isCut || taken.length < steps.flat().length }
}

/** Where the first lies that is not verified. A step that was stored first may be committed last, so each group is asked. */
async function findFirstNew(transaction: SqlTransaction, verified: Verified): Promise<number | undefined> {
  const behind = (await findEveryHead(transaction)).flatMap(({ orderingGroup, number }) => {
    const own = verified.get(orderingGroup)?.number ?? 0
    return number > own ? [[orderingGroup, own]] : []
  })
  if (behind.length === 0) return undefined
  const [[row]] = await transaction.raw(
    `SELECT MIN(first_id) AS first_id FROM (
       SELECT (SELECT id FROM chain_links FORCE INDEX (chain_links_once)
                WHERE ordering_group = behind.own_group AND number > behind.own_number ORDER BY number LIMIT 1) AS first_id
         FROM JSON_TABLE(?, '$[*]' COLUMNS (own_group INT PATH '$[0]', own_number BIGINT PATH '$[1]')) AS behind) AS firsts`,
    [JSON.stringify(behind)],
  )
  return Number(row.first_id)
}

type Wanted = {
  readonly first: number
  readonly verified: Verified
  readonly transactionsAtMost: number
}

/** Reads whole steps from a link on: as many as are wanted, if there are so many. */
async function readSteps(
  transaction: SqlTransaction,
  { first, verified, transactionsAtMost }: Wanted,
): Promise<{ readonly steps: readonly Row[][]; readonly isCut: boolean }> {
  for (let limit = FEWEST_LINKS; ; limit *= 4) {
    const [rows] = await transaction.raw(
      `SELECT id, ordering_group, number, hash, size, created_at FROM chain_links FORCE INDEX (PRIMARY)
        WHERE id >= ? ORDER BY id LIMIT ?`,
      [first, limit],
    )
    const isNew = (row: Row) => Number(row.number) > (verified.get(row.ordering_group)?.number ?? 0)
    const steps = inSteps((rows as Row[]).filter(isNew))
    if (rows.length < limit) return { steps, isCut: false }
    // The last may go on behind what was read.
    const whole = steps.slice(0, -1)
    const isEnough = limit >= MOST_LINKS || sizeOf(whole.flat()) >= transactionsAtMost
    if (whole.length > 0 && isEnough) return { steps: whole, isCut: true }
  }
}

function takeSteps(steps: readonly Row[][], transactionsAtMost: number): Row[] {
  const taken: Row[] = []
  for (const step of steps) {
    if (taken.length > 0 && sizeOf(taken) + sizeOf(step) > transactionsAtMost) break
    taken.push(...step)
  }
  return taken
}

function sizeOf(links: readonly Row[]): number {
  return links.reduce((sum, { size }) => sum + size, 0)
}

/** The links of a step were stored together: they stand side by side, and have one moment. */
function inSteps(rows: readonly Row[]): Row[][] {
  const steps: Row[][] = []
  let last: Row | undefined
  for (const row of rows) {
    if (last?.created_at === row.created_at) steps.at(-1)?.push(row)
    else steps.push([row])
    last = row
  }
  return steps
}

async function readAllMembers(transaction: SqlTransaction, links: readonly Row[]) {
  if (links.length === 0) return new Map<string, Link['members']>()
  const [rows] = await transaction.raw('SELECT id, members FROM chain_links WHERE id IN (?)', [
    links.map(({ id }) => id) as never,
  ])
  return new Map<string, Link['members']>(
    rows.map((row: { id: string; members: string }) => [row.id, readMembers(row.members)]),
  )
}
