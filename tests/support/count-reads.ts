import type { Database } from '../../lib/mysql/connect.ts'

/** What a read found, and what it made the server do: rows read along an index or a table, and rows sorted. */
export type Counted<T> = { readonly found: T; readonly read: number; readonly sorted: number }

/** Counts the rows that a read reads. */
export async function countReads<T>(
  database: Database,
  work: (db: Database) => Promise<T>,
): Promise<Counted<T>> {
  return await database.transaction(async session => {
    await session.raw('FLUSH STATUS')
    const found = await work(session)
    const [rows] = await session.raw(
      `SHOW SESSION STATUS WHERE Variable_name IN ('Handler_read_first', 'Handler_read_key', 'Handler_read_last',
         'Handler_read_next', 'Handler_read_prev', 'Handler_read_rnd', 'Handler_read_rnd_next', 'Sort_rows')`,
    )
    const counts = new Map<string, number>(
      rows.map((row: { Variable_name: string; Value: string }) => [row.Variable_name, Number(row.Value)]),
    )
    const sorted = counts.get('Sort_rows') ?? 0
    return { found, read: [...counts.values()].reduce((sum, number) => sum + number, -sorted), sorted }
  })
}

const DIGITS =
  '(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)'

/** A table of the numbers `n` from 0 to 99,999, for INSERT … SELECT. */
export const NUMBERS = `(SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n
   FROM ${DIGITS} a, ${DIGITS} b, ${DIGITS} c, ${DIGITS} e, ${DIGITS} f)`
