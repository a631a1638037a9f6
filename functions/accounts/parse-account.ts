import type { FieldError } from '../../lib/http/problem.ts'
import { type Money, parseMoney } from '../../lib/ledger/money.ts'
import type { NewAccount } from '../../lib/mysql/insert-account.ts'
import { validatorOf } from '../../lib/openapi/validator.ts'

/** The schema's shape, once it has been validated; money is text. */
type AccountRequest = {
  accountId?: string
  userId?: string
  accountType?: string
  currency: string
  openingBalance?: string
  overdraftLimit?: string
}

export type OpeningRequest = { readonly account: NewAccount; readonly openingBalance: Money }

const validate = validatorOf('AccountRequest')

/** The codes of ISO 4217 that are in use, as Node's own data (ICU) has them. */
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

/** Reads a request to open an account, or names each field that is wrong. */
export function parseAccount(
  value: unknown,
  newId: () => string,
): OpeningRequest | { readonly errors: readonly FieldError[] } {
  const errors = validate(value)
  if (errors.length > 0) return { errors }
  const request = value as AccountRequest
  if (request.accountId?.startsWith('world:')) {
    return {
      errors: [{ field: 'accountId', message: 'must not start with world:, which names system accounts' }],
    }
  }
  if (!CURRENCIES.has(request.currency)) {
    const message = 'must be the ISO 4217 code of a currency that is in use, such as USD'
    return { errors: [{ field: 'currency', message }] }
  }
  return {
    account: {
      accountId: request.accountId ?? newId(),
      userId: request.userId ?? null,
      accountType: request.accountType ?? 'CHECKING',
      currency: request.currency,
      overdraftLimit: readLimit(request.overdraftLimit),
    },
    openingBalance: readLimit(request.openingBalance),
  }
}

function readLimit(text = '0'): Money {
  const money = parseMoney(text)
  if (money === undefined) throw new Error('the schema let a decimal pass that is none')
  return money
}
