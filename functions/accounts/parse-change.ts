import type { FieldError } from '../../lib/http/problem.ts'
import type { Standing } from '../../lib/mysql/write-standing.ts'
import { readDecimal } from '../../lib/openapi/read-decimal.ts'
import { validatorOf } from '../../lib/openapi/validator.ts'

const validate = validatorOf('AccountChange')

/** Reads a request to change an account, or names each field that is wrong. */
export function parseChange(
  value: unknown,
): { readonly change: Partial<Standing> } | { readonly errors: readonly FieldError[] } {
  const errors = validate(value)
  if (errors.length > 0) return { errors }
  const { status, overdraftLimit } = value as { status?: 'ACTIVE' | 'FROZEN'; overdraftLimit?: string }
  return {
    change: {
      ...(status !== undefined && { status }),
      ...(overdraftLimit !== undefined && { overdraftLimit: readDecimal(overdraftLimit) }),
    },
  }
}
