import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { REJECTIONS } from '../../lib/ledger/rejection.ts'
import { allFinal, findBrokenBooks, openAccounts, readBalances } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
  await openAccounts(pipeline, ['alice', 'bob', 'frozen', 'closing'], '100')
  await open('euro', 'EUR', '100')
  // The world's own balance has the same limit, so what brings it past can only be lent.
  await open('vast', 'EUR', '999999999999800')
  await pipeline.call('accounts', 'PATCH', '/api/v1/accounts/euro', { overdraftLimit: '1000' })
  await pipeline.call('accounts', 'PATCH', '/api/v1/accounts/frozen', { status: 'FROZEN' })
  await send({
    transactionId: 'emptied',
    sourceAccountId: 'closing',
    destinationAccountId: 'bob',
    amount: '100',
  })
  await send({ ...sides, type: 'hold', transactionId: 'ended', amount: '5' })
  await send({ type: 'void', transactionId: 'ends', parentTransactionId: 'ended' })
  await send({ ...sides, type: 'hold', transactionId: 'open', amount: '5' })
  await send({ ...sides, transactionId: 'paid', amount: '5' })
  await send({ ...sides, transactionId: 'unpaid', amount: '5000' })
  await allFinal(pipeline.db)
  await pipeline.call('accounts', 'DELETE', '/api/v1/accounts/closing')
})
afterAll(closePipelines)

const sides = { sourceAccountId: 'alice', destinationAccountId: 'bob' }

async function open(accountId: string, currency: string, openingBalance: string): Promise<void> {
  await pipeline.call('accounts', 'POST', '/api/v1/accounts', { accountId, currency, openingBalance })
}

async function send(body: object): Promise<void> {
  const { status } = await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', body)
  if (status !== 202) throw new Error(`${JSON.stringify(body)}: ${status}`)
}

/** What each is refused for, though it was accepted; the ids are the reasons. */
const refused: Readonly<Record<string, object>> = {
  unknown_source: { ...sides, sourceAccountId: 'nobody', amount: '1' },
  unknown_destination: { ...sides, destinationAccountId: 'nobody', amount: '1' },
  hold_not_open: { type: 'capture', parentTransactionId: 'ended' },
  parent_not_completed: { type: 'reversal', parentTransactionId: 'unpaid' },
  exceeds_parent: { type: 'capture', parentTransactionId: 'open', amount: '5.01' },
  account_closed: { ...sides, destinationAccountId: 'closing', amount: '1' },
  account_frozen: { ...sides, sourceAccountId: 'frozen', amount: '1' },
  currency_mismatch: { ...sides, destinationAccountId: 'euro', amount: '1' },
  insufficient_funds: { ...sides, amount: '100.01' },
  balance_limit: { sourceAccountId: 'euro', destinationAccountId: 'vast', amount: '200' },
}

test('there is a case for every reason but one, which no request and no row can have', async () => {
  expect(Object.keys(refused)).toEqual(REJECTIONS.filter(reason => reason !== 'same_account'))
  const request = { ...sides, destinationAccountId: 'alice', transactionId: 'same', amount: '1' }
  const { status } = await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', request)
  expect(status).toBe(400)
  const row = `INSERT INTO transactions (transaction_id, ordering_group, type, source_account_id, destination_account_id,
    amount, accepted_at) VALUES ('same', 1, 'transfer', 'alice', 'alice', 1, NOW(6))`
  await expect(pipeline.db.raw(row)).rejects.toThrow(/transactions_sides/)
})

test.each(Object.keys(refused))('refuses for %s, and moves nothing', async reason => {
  const before = await readBalances(pipeline.db)
  await send({ ...refused[reason], transactionId: reason })
  await allFinal(pipeline.db)
  const { body } = await pipeline.call('status', 'GET', `/api/v1/transactions/${reason}/status`)
  expect(body).toEqual({ transactionId: reason, status: 'FAILED', reason })
  expect(await readBalances(pipeline.db)).toEqual(before)
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})
