import type { Knex } from 'knex'
import type { Database } from './connect.ts'
import * as ledger from './migrations/20261121_ledger.ts'
import * as transactionTypes from './migrations/20261121_transaction_types.ts'
import * as history from './migrations/20261122_history.ts'
import * as deadLetterStates from './migrations/20261123_dead_letter_states.ts'
import * as decidedAt from './migrations/20261123_decided_at.ts'
import * as metadata from './migrations/20261123_metadata.ts'
import * as userCreators from './migrations/20261123_user_creators.ts'
import * as chains from './migrations/20261124_chains.ts'
import * as verification from './migrations/20261124_verification.ts'
import * as traceparent from './migrations/20261125_traceparent.ts'

type Named = { readonly name: string; readonly migration: Knex.Migration }

const MIGRATIONS: readonly Named[] = [
  { name: '20261121_ledger', migration: ledger },
  { name: '20261121_transaction_types', migration: transactionTypes },
  { name: '20261122_history', migration: history },
  { name: '20261123_dead_letter_states', migration: deadLetterStates },
  { name: '20261123_decided_at', migration: decidedAt },
  { name: '20261123_metadata', migration: metadata },
  { name: '20261123_user_creators', migration: userCreators },
  { name: '20261124_chains', migration: chains },
  { name: '20261124_verification', migration: verification },
  { name: '20261125_traceparent', migration: traceparent },
]

const SOURCE: Knex.MigrationSource<Named> = {
  getMigrations: async () => [...MIGRATIONS],
  getMigrationName: migration => migration.name,
  getMigration: async migration => migration.migration,
}

/** Another process has been migrating for the whole time that this one could wait. */
class MigrationRunningError extends Error {
  constructor(seconds: number) {
    super(`another process has been migrating for ${seconds} s`)
    this.name = 'MigrationRunningError'
  }
}

/**
 * Brings the schema up to date and answers the names of the migrations it ran. Several processes may call it
 * at once: one works, the others wait for it, so long as they are told. Throws MigrationRunningError when that is over.
 */
export async function migrate(db: Database, waitSeconds = 60): Promise<string[]> {
  // The server's own lock goes away with its connection; knex's, a row, would outlive a killed process.
  return await db.transaction(async lock => {
    const [[answer]] = await lock.raw(`SELECT GET_LOCK('settle.migrate', ?) AS taken`, [waitSeconds])
    if (Number(answer.taken) !== 1) throw new MigrationRunningError(waitSeconds)
    try {
      const config = { migrationSource: SOURCE, disableTransactions: true }
      await db.migrate.forceFreeMigrationsLock(config)
      const [, names] = await db.migrate.latest(config)
      return names as string[]
    } finally {
      await lock.raw(`SELECT RELEASE_LOCK('settle.migrate')`)
    }
  })
}
