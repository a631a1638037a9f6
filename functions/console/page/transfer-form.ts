import type { FieldError } from './answer.ts'
import { findAmountFault } from './money-text.ts'

export const TRANSFER_FIELDS = ['sourceAccountId', 'destinationAccountId', 'amount', 'currency'] as const
export type TransferField = (typeof TRANSFER_FIELDS)[number]

/** What was typed, without white space around it. */
export type TransferText = Readonly<Record<TransferField, string>>
export type TransferFaults = Partial<Record<TransferField, string>>

/** The body of the request: the amount is text, as it was typed. */
export type TransferRequest = {
  readonly transactionId: string
  readonly sourceAccountId: string
  readonly destinationAccountId: string
  readonly amount: string
  readonly currency?: string
}

export function findTransferFaults(text: TransferText): TransferFaults {
  const faults: TransferFaults = {}
  if (text.sourceAccountId === '') faults.sourceAccountId = 'Enter the account that pays.'
  if (text.destinationAccountId === '') faults.destinationAccountId = 'Enter the account that is paid.'
  else if (text.destinationAccountId === text.sourceAccountId) {
    faults.destinationAccountId = 'It has to be another account than the source.'
  }
  const amountFault = findAmountFault(text.amount)
  if (amountFault !== undefined) faults.amount = amountFault
  if (text.currency !== '' && !/^[A-Z]{3}$/.test(text.currency)) {
    faults.currency = 'Enter three capital letters, such as USD, or nothing.'
  }
  return faults
}

export function transferRequest(transactionId: string, text: TransferText): TransferRequest {
  const { sourceAccountId, destinationAccountId, amount, currency } = text
  const request = { transactionId, sourceAccountId, destinationAccountId, amount }
  return currency === '' ? request : { ...request, currency }
}

/** Puts each fault that was answered at its field; what is at none of them is answered as `others`. */
export function placeFaults(errors: readonly FieldError[]): {
  readonly faults: TransferFaults
  readonly others: readonly FieldError[]
} {
  const faults: TransferFaults = {}
  const others: FieldError[] = []
  for (const error of errors) {
    const field = TRANSFER_FIELDS.find(name => name === error.field)
    if (field === undefined) others.push(error)
    else faults[field] ??= error.message
  }
  return { faults, others }
}
