import type { FieldError } from '../http/problem.ts'

/** The codes of ISO 4217 that are in use, as Node's own data (ICU) has them. */
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

/** Names the field if the code, well formed as it may be, is of no currency. */
export function checkCurrency(currency: string): FieldError[] {
  if (CURRENCIES.has(currency)) return []
  const message = 'must be the ISO 4217 code of a currency that is in use, such as USD'
  return [{ field: 'currency', message }]
}
