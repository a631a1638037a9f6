import type { ProblemCode } from '../../lib/http/problem.ts'
import type { Refusal } from './acceptance.ts'
import type { Request } from './request.ts'

/** What a caller is told of a transaction that was not accepted, and which field is at fault. */
export function refusalOf(
  kind: Refusal,
  { transactionId, parentTransactionId, type }: Request,
): { readonly code: ProblemCode; readonly field: string; readonly message: string } {
  switch (kind) {
    case 'id_reused':
      return {
        code: 'transaction_id_reused',
        field: 'transactionId',
        message: `transactionId ${transactionId} belongs to another transaction.`,
      }
    case 'not_own':
      return {
        code: 'forbidden',
        field: parentTransactionId === null ? 'sourceAccountId' : 'parentTransactionId',
        message: 'The account that pays is not one of yours.',
      }
    case 'unknown_parent':
      return {
        code: 'transaction_not_found',
        field: 'parentTransactionId',
        message: `No transaction ${parentTransactionId} was accepted.`,
      }
    case 'parent_mismatch':
      return {
        code: 'parent_mismatch',
        field: 'parentTransactionId',
        message: `A ${type} cannot follow up transaction ${parentTransactionId}.`,
      }
  }
}
