import { formatMoney } from '../../lib/ledger/money.ts'
import { type BankRow, CURRENCY, WORLD } from './bank-row.ts'

/** A row as a producer publishes it: a credit comes from the world, a debit goes there. */
export function rowEvent({ transactionId, accountId, date, direction, amount }: BankRow): string {
  const [sourceAccountId, destinationAccountId] =
    direction === 'credit' ? [WORLD, accountId] : [accountId, WORLD]
  return JSON.stringify({
    transactionId,
    sourceAccountId,
    destinationAccountId,
    amount: formatMoney(amount),
    currency: CURRENCY,
    timestamp: `${date}T00:00:00Z`,
  })
}
