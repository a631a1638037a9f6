import type { AccountId } from '../../lib/ledger/account.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { toSqlTime } from '../../lib/mysql/time.ts'
import { orderingGroupOf } from '../../lib/pubsub/ordering-group.ts'
import { CURRENCY } from './database.ts'
import { orderingGroups } from './floor.ts'

const ROWS_AT_ONCE = 5_000
const BEGIN_MS = Date.UTC(2026, 0, 1)

/**
 * Puts finished transfers into an empty ledger, as many as there are accounts in each of `rounds`, without the service: in
 * each, neighbours pay one another 1.00, there and back. So balances are as before, and the entries are theirs.
 */
export async function insertHistory(
  db: Database,
  accountIds: readonly AccountId[],
  rounds: number,
  onRows: (count: number) => void,
): Promise<void> {
  let seq = 0
  for (let round = 0; round < rounds; round += 1) {
    for (let first = 0; first < accountIds.length; first += ROWS_AT_ONCE) {
      const sources = accountIds.slice(first, first + ROWS_AT_ONCE)
      const rows = sources.map((source, index) => {
        const place = first + index
        // Pairs of an even place and the next: the even one pays, and is paid back by the one after it.
        const isBack = place % 2 === 1
        seq += 1
        const balances = isBack ? ['0.00', '0.00'] : ['-1.00', '1.00']
        const version = 2 * round + (isBack ? 2 : 1)
        const time = toSqlTime(new Date(BEGIN_MS + seq))
        const destination = accountIds[isBack ? place - 1 : place + 1]
        const group = orderingGroupOf(source, orderingGroups)
        return [
          ...[`history-${seq}`, group, 'transfer', source, destination, '1.00', CURRENCY, 'COMPLETED'],
          ...[...balances, version, version, time, time, time],
        ]
      })
      await db.raw(INSERT, [rows as never])
      onRows(seq)
    }
  }
  await db.raw('UPDATE accounts SET version = ?', [2 * rounds])
}

const INSERT = `
INSERT INTO transactions
       (transaction_id, ordering_group, type, source_account_id, destination_account_id, amount, currency, status,
        source_balance_after, destination_balance_after, source_version, destination_version,
        accepted_at, decided_at, finished_at)
VALUES ?`
