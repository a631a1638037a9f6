import type { FieldError } from '../../lib/http/problem.ts'
import { DEFAULT_PREFIX, isSystemAccount, WORLD_PREFIX } from '../../lib/ledger/account.ts'
import type { Money } from '../../lib/ledger/money.ts'
import type { NewAccount } from '../../lib/mysql/insert-account.ts'
import { checkCurrency } from '../../lib/openapi/check-currency.ts'
import { readDecimal } from '../../lib/openapi/read-decimal.ts'
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

/** Reads a request to open an account, or names each field that is wrong. */
export function parseAccount(
  value: unknown,
  newId: () => string,
): OpeningRequest | { readonly errors: readonly FieldError[] } {
  const errors = validate(value)
  if (errors.length > 0) return { errors }
  const request = value as AccountRequest
  if (isSystemAccount(request.accountId ?? '')) {
    const message = `must not start with ${WORLD_PREFIX}, which names system accounts`
    return { errors: [{ field: 'accountId', message }] }
  }
  if (request.accountId?.startsWith(DEFAULT_PREFIX)) {
    const message = `must not start with ${DEFAULT_PREFIX}, which names users' default accounts`
    return { errors: [{ field: 'accountId', message }] }
  }
  const currencyErrors = checkCurrency(request.currency)
  if (currencyErrors.length > 0) return { errors: currencyErrors }
  return {
    account: {
      accountId: request.accountId ?? newId(),
      userId: request.userId ?? null,
      accountType: request.accountType ?? 'CHECKING',
      currency: request.currency,
      overdraftLimit: readDecimal(request.overdraftLimit ?? '0'),
    },
    openingBalance: readDecimal(request.openingBalance ?? '0'),
  }
}
