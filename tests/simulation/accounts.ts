import { toSqlTime } from '../../lib/mysql/time.ts'

export const ACCOUNTS = ['anna', 'bert', 'cleo', 'dora', 'emil', 'world:USD'] as const

/** An account as it is opened, with a limit of 20 and nothing in it. */
export function accountRow(accountId: string, openedAt: Date) {
  const time = toSqlTime(openedAt)
  return {
    ...{ account_id: accountId, user_id: null, account_type: 'CHECKING', currency: 'USD', status: 'ACTIVE' },
    ...{ balance: '0.0000', held: '0.0000', overdraft_limit: accountId === 'world:USD' ? null : '20.0000' },
    ...{ version: 0, created_at: time, updated_at: time },
  }
}
