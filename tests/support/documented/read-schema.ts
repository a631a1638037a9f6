import type { Database } from '../../../lib/mysql/connect.ts'

/** A table or view: its columns, its indexes by their columns, its constraints but for keys, as a page can have them. */
export type DescribedTable = {
  readonly columns: Readonly<Record<string, string>>
  readonly indexes: Readonly<Record<string, string>>
  readonly constraints: readonly string[]
}

/** What there is, by name. */
export type DescribedSchema = Readonly<Record<string, DescribedTable>>

type Row = Readonly<Record<'table_' | 'name' | 'type', string>>

/** Reads the schema of a database, in words that both engines share; without what knex keeps for itself. */
export async function readSchema(db: Database): Promise<DescribedSchema> {
  const read = async (sql: string): Promise<readonly Row[]> => (await db.raw(sql))[0]
  const columns = await read(
    `SELECT columns.table_name AS table_, column_name AS name,
            IF(table_type = 'VIEW', 'view', CONCAT(column_type, IF(is_nullable = 'YES', ' null', ''))) AS type
       FROM information_schema.columns AS columns JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_schema = DATABASE() AND table_name NOT LIKE 'knex%' ORDER BY table_, ordinal_position`,
  )
  const indexes = await read(
    `SELECT table_name AS table_, index_name AS name, GROUP_CONCAT(column_name ORDER BY seq_in_index SEPARATOR ', ') AS type
       FROM information_schema.statistics
      WHERE table_schema = DATABASE() GROUP BY table_, name`,
  )
  const constraints = await read(
    `SELECT table_name AS table_, constraint_name AS name, constraint_type AS type FROM information_schema.table_constraints
      WHERE table_schema = DATABASE() AND constraint_type IN ('CHECK', 'FOREIGN KEY')`,
  )
  const tables = [...new Set(columns.map(({ table_ }) => table_))]
  const of = (rows: readonly Row[], table: string) => rows.filter(({ table_ }) => table_ === table)
  const named = (rows: readonly Row[]) => Object.fromEntries(rows.map(({ name, type }) => [name, type]))
  return Object.fromEntries(
    tables.map(table => [
      table,
      {
        columns: named(of(columns, table).map(row => ({ ...row, type: inOneSpelling(row.type) }))),
        indexes: named(of(indexes, table)),
        constraints: of(constraints, table).map(({ name }) => name),
      },
    ]),
  )
}

/** MariaDB says how wide a number is shown, which says nothing. */
function inOneSpelling(type: string): string {
  return type.replace(/int\(\d+\)/i, 'int')
}
