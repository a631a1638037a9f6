import { expect, test } from '@jest/globals'
import { parseMoney } from '../../lib/ledger/money.ts'
import { validatorOf } from '../../lib/openapi/validator.ts'
import { mockAccounts } from '../../loadgen/mock/mock-accounts.ts'
import { mockTransactions } from '../../loadgen/mock/mock-transactions.ts'
import { runLoadgen } from './support/run-loadgen.ts'

const OPTIONS = { accounts: 20, transactions: 300, seed: 7, currency: 'USD' }

function make(options = OPTIONS) {
  const accounts = mockAccounts(options)
  return { accounts, transactions: [...mockTransactions(options, accounts)] }
}

test('makes the same for the same seed, and something else for another', () => {
  expect(make()).toEqual(make())
  expect(make({ ...OPTIONS, seed: 8 })).not.toEqual(make())
})

test('makes what the API takes, with ids that are never used twice', () => {
  const { accounts, transactions } = make()
  expect(accounts.flatMap(validatorOf('AccountRequest'))).toEqual([])
  expect(transactions.flatMap(validatorOf('TransactionRequest'))).toEqual([])
  expect(new Set(accounts.map(({ accountId }) => accountId)).size).toBe(20)
  expect(new Set(transactions.map(({ transactionId }) => transactionId)).size).toBe(300)
})

test('deposits first, and as much as each account is to pay', () => {
  const { transactions } = make()
  const firstPayment = transactions.findIndex(({ sourceAccountId }) => sourceAccountId !== 'world:USD')
  expect(firstPayment).toBe(20)
  const rests = new Map<string, bigint>()
  for (const [index, { sourceAccountId, destinationAccountId, amount }] of transactions.entries()) {
    const accountId = index < firstPayment ? destinationAccountId : sourceAccountId
    const money = parseMoney(amount) ?? 0n
    expect(sourceAccountId).not.toBe(destinationAccountId)
    rests.set(accountId, (rests.get(accountId) ?? 0n) + (index < firstPayment ? money : -money))
  }
  expect([...rests.values()].filter(rest => rest < 0n)).toEqual([])
  expect(rests.has('world:USD')).toBe(false)
})

test('gives times in order, all in the one year that belongs to the seed', () => {
  const times = make().transactions.map(({ timestamp }) => timestamp)
  expect(times.filter(time => !time.startsWith('2007-'))).toEqual([])
  expect(times.toSorted()).toEqual(times)
})

test('prints the same bytes again, and nothing else', async () => {
  const args = ['--accounts', '20', '--transactions', '300', '--seed', '7']
  const [first, second] = await Promise.all([runLoadgen('mock.ts', args), runLoadgen('mock.ts', args)])
  expect(first).toEqual(second)
  const lines = make().transactions.map(transaction => `${JSON.stringify(transaction)}\n`)
  expect(first).toEqual({ code: 0, stdout: lines.join(''), stderr: '' })
})

test('refuses a single account, which could pay nobody', async () => {
  const { code, stderr } = await runLoadgen('mock.ts', [
    '--accounts',
    '1',
    '--transactions',
    '1',
    '--seed',
    '1',
  ])
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--accounts 1: must be'),
  })
})
