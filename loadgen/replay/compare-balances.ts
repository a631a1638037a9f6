import { formatMoney, type Money } from '../../lib/ledger/money.ts'
import { rowsByAccount } from './bank-row.ts'
import { readBalances, sumOf } from './read-balances.ts'
import type { ReplayContext } from './replay-context.ts'

/**
 * Compares every account's balance with its last row, and the world's with minus the sum of all. `sumBefore`
 * is what they summed to before the first row: zero, unless the service has other accounts in the currency.
 */
export async function compareBalances(context: ReplayContext, sumBefore: Money): Promise<void> {
  const { rows, findings } = context
  const byAccount = rowsByAccount(rows)
  const balances = await readBalances(context, byAccount.keys())
  for (const [accountId, accountRows] of byAccount) {
    const last = accountRows.at(-1)
    const balance = balances.get(accountId)
    if (last === undefined || balance === undefined || balance === last.balanceAfter) continue
    const what = `has ${formatMoney(balance)}; the file ends with ${formatMoney(last.balanceAfter)}`
    findings.mismatches.push({ where: accountId, what })
  }
  const sum = sumOf(balances)
  if (sum === sumBefore) return
  const what = `and the accounts sum to ${formatMoney(sum)}; before the first row it was ${formatMoney(sumBefore)}`
  findings.mismatches.push({ where: 'the world', what })
}
