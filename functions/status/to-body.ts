import { parseJsonVerbatim } from '../../lib/http/json.ts'
import type { BalanceView } from '../../lib/views/balance-view.ts'
import type { TransactionView } from '../../lib/views/transaction-view.ts'

/** A copy from the cache is text; it goes out digit for digit. */
export function toBody<V extends TransactionView | BalanceView>(view: V | string): V {
  return typeof view === 'string' ? (parseJsonVerbatim(view) as V) : view
}
