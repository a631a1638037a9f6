import type { Database } from '../../../lib/mysql/connect.ts'

/**
 * Makes a count of the rows of every table, as one text to compare; but for those of which rows go by themselves, such as
 * the outbox while there are workers.
 */
export async function rowCounter(
  db: Database,
  except: readonly string[] = [],
): Promise<() => Promise<string>> {
  const [tables] = await db.raw(
    `SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name`,
  )
  const names = tables
    .map(({ name }: { name: string }) => name)
    .filter((name: string) => !except.includes(name))
  const counts = names.map((name: string) => `(SELECT COUNT(*) FROM \`${name}\`) AS \`${name}\``)
  const query = `SELECT ${counts.join(', ')}`
  return async () => {
    const [[row]] = await db.raw(query)
    return JSON.stringify(row)
  }
}
