import { moneyJson } from '../http/json.ts'
import { formatMoney } from '../ledger/money.ts'
import type { UserBalance } from '../mysql/find-user-balances.ts'

/** What a user has, in a sentence and currency by currency. Currencies are not added up: there is no rate here. */
export function userBalanceView(userId: string, balances: readonly UserBalance[]): Record<string, unknown> {
  return {
    userId,
    message: sentence(userId, balances),
    balances: balances.map(({ currency, balance, held, available }) => ({
      currency,
      balance: moneyJson(balance),
      held: moneyJson(held),
      available: moneyJson(available),
    })),
  }
}

function sentence(userId: string, balances: readonly UserBalance[]): string {
  const texts = balances.map(moneyText)
  if (texts.length === 0) return `User ${userId} has no accounts.`
  if (texts.length === 1) return `User ${userId} has a balance of ${texts[0]}`
  return `User ${userId} has balances of ${new Intl.ListFormat('en-US').format(texts)}`
}

/** Made from the decimal's text, digit for digit; with as many decimals as the currency has, or more if there are more. */
function moneyText({ currency, balance }: UserBalance): string {
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency, maximumFractionDigits: 4 })
  return format.format(formatMoney(balance) as `${number}`)
}
