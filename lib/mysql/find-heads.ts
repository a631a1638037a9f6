import type { Head } from '../chain/link.ts'
import type { Database, SqlTransaction } from './connect.ts'

/** Reads where the chains of some groups end; groups without a link are left out. One look at the index for each group. */
export async function findHeads(
  db: Database | SqlTransaction,
  groups: readonly number[],
): Promise<Map<number, Head>> {
  const [rows] = await db.raw(
    `SELECT ordering_group, number, hash
       FROM (SELECT ordering_group AS head_group, MAX(number) AS head_number
               FROM chain_links FORCE INDEX (chain_links_once)
              WHERE ordering_group IN (?) GROUP BY ordering_group) AS heads
       STRAIGHT_JOIN chain_links FORCE INDEX (chain_links_once)
          ON ordering_group = head_group AND number = head_number`,
    [groups as never],
  )
  return new Map((rows as Row[]).map(row => [row.ordering_group, toHead(row)]))
}

/** Reads where all chains end, in order of group. */
export async function findEveryHead(db: Database | SqlTransaction): Promise<Head[]> {
  const [rows] = await db.raw(
    `SELECT ordering_group, number, hash
       FROM (SELECT ordering_group AS head_group, MAX(number) AS head_number
               FROM chain_links FORCE INDEX (chain_links_once) GROUP BY ordering_group) AS heads
       STRAIGHT_JOIN chain_links FORCE INDEX (chain_links_once)
          ON ordering_group = head_group AND number = head_number
      ORDER BY ordering_group`,
  )
  return (rows as Row[]).map(toHead)
}

/** Reads the hash of a link; undefined if there is none of this number. */
export async function findLinkHash(
  db: Database,
  orderingGroup: number,
  number: number,
): Promise<string | undefined> {
  const [rows] = await db.raw('SELECT hash FROM chain_links WHERE ordering_group = ? AND number = ?', [
    orderingGroup,
    number,
  ])
  return rows[0]?.hash
}

type Row = { ordering_group: number; number: string; hash: string }

function toHead(row: Row): Head {
  return { orderingGroup: row.ordering_group, number: Number(row.number), hash: row.hash }
}
