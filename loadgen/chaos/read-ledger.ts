import type { Database } from '../../lib/mysql/connect.ts'
import type { Transfers } from '../load/transfers.ts'

/** A transfer as the database has it. */
export type LedgerRow = {
  readonly index: number
  readonly seq: number
  readonly status: string
  readonly sourceId: string
  /** Its place among all that changed its source; 0 while it has changed nothing. */
  readonly sourceVersion: number
}

/** What the database has of a run: its rows in the order of acceptance, and ids in it that nobody sent. */
export type RunLedger = { readonly rows: readonly LedgerRow[]; readonly strangers: readonly string[] }

const PAGE = 20_000

type Row = {
  transaction_id: string
  seq: string
  status: string
  source_account_id: string
  source_version: string
}

/** Reads all transfers of a run, page by page. */
export async function readLedger(db: Database, transfers: Transfers, sent: number): Promise<RunLedger> {
  const rows: LedgerRow[] = []
  const strangers: string[] = []
  for (let after = 0; ; ) {
    const [page = []]: Row[][] = await db.raw(
      `SELECT transaction_id, seq, status, source_account_id, source_version FROM transactions
        WHERE seq > ? ORDER BY seq LIMIT ${PAGE}`,
      [after],
    )
    for (const row of page) {
      const { transaction_id: id, status, source_account_id: sourceId } = row
      const index = transfers.numberOf(id)
      if (index === undefined || index >= sent) {
        strangers.push(id)
        continue
      }
      const sourceVersion = Number(row.source_version ?? 0)
      rows.push({ index, seq: Number(row.seq), status, sourceId, sourceVersion })
    }
    after = Number(page.at(-1)?.seq ?? after)
    if (page.length < PAGE) return { rows, strangers }
  }
}
