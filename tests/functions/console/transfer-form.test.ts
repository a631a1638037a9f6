import { expect, test } from '@jest/globals'
import {
  findTransferFaults,
  placeFaults,
  transferRequest,
} from '../../../functions/console/page/transfer-form.ts'

const TEXT = { sourceAccountId: 'alice', destinationAccountId: 'bob', amount: '30.2500', currency: '' }

test('finds no fault in a transfer that the API would take', () => {
  expect(findTransferFaults(TEXT)).toEqual({})
  expect(findTransferFaults({ ...TEXT, currency: 'USD' })).toEqual({})
})

test('finds every fault, each at its field', () => {
  expect(
    findTransferFaults({ sourceAccountId: '', destinationAccountId: '', amount: '', currency: 'usd' }),
  ).toEqual({
    sourceAccountId: 'Enter the account that pays.',
    destinationAccountId: 'Enter the account that is paid.',
    amount: 'Enter an amount.',
    currency: 'Enter three capital letters, such as USD, or nothing.',
  })
  expect(findTransferFaults({ ...TEXT, destinationAccountId: 'alice' })).toEqual({
    destinationAccountId: 'It has to be another account than the source.',
  })
})

test('sends the amount as it was typed, and no currency where none was', () => {
  expect(transferRequest('id-1', TEXT)).toEqual({
    transactionId: 'id-1',
    sourceAccountId: 'alice',
    destinationAccountId: 'bob',
    amount: '30.2500',
  })
  expect(transferRequest('id-1', { ...TEXT, currency: 'USD' })).toMatchObject({ currency: 'USD' })
})

test('puts what was answered at its field, and keeps what has none', () => {
  expect(
    placeFaults([
      { field: 'amount', message: 'is missing' },
      { field: 'transactionId', message: 'is taken' },
    ]),
  ).toEqual({ faults: { amount: 'is missing' }, others: [{ field: 'transactionId', message: 'is taken' }] })
})
