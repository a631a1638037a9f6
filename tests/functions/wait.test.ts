import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { preferredWaitSeconds } from '../../lib/http/prefer-wait.ts'
import { openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, send, startPipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
  await openAccounts(pipeline, ['payer', 'payee'], '100')
})
afterAll(closePipelines)

async function post(from: Pipeline, body: object, prefer: string) {
  const url = `${from.urls.get('ingest')}/api/v1/transactions/process`
  const answer = await send('POST', url, body, { prefer })
  return { ...answer, applied: answer.headers.get('preference-applied') }
}

const sides = { sourceAccountId: 'payer', destinationAccountId: 'payee' }

test('a caller who waits is told the decision, whatever it is', async () => {
  const paid = await post(pipeline, { transactionId: 'paid', ...sides, amount: 1 }, 'wait=20')
  expect(paid).toMatchObject({ status: 200, applied: 'wait=20', body: { status: 'COMPLETED' } })
  const refused = await post(pipeline, { transactionId: 'much', ...sides, amount: 1000 }, 'wait=20')
  expect(refused).toMatchObject({ status: 200, body: { status: 'FAILED', reason: 'insufficient_funds' } })
  const held = await post(pipeline, { type: 'hold', transactionId: 'held', ...sides, amount: 1 }, 'wait=20')
  expect(held).toMatchObject({ status: 200, body: { status: 'HELD' } })
  const again = await post(pipeline, { transactionId: 'paid', ...sides, amount: 1 }, 'wait=20')
  expect(again).toMatchObject({ status: 200, body: { status: 'COMPLETED' } })
})

test('many callers who wait at once are each told of their own', async () => {
  const ids = Array.from({ length: 50 }, (_, index) => `many-${index}`)
  const answers = await Promise.all(
    ids.map(transactionId => post(pipeline, { transactionId, ...sides, amount: '0.01' }, 'wait=20')),
  )
  expect(answers.map(({ body }) => [body['transactionId'], body['status']])).toEqual(
    ids.map(transactionId => [transactionId, 'COMPLETED']),
  )
})

test('a caller who waits in vain is answered 202 when the time is over', async () => {
  const deaf = await startPipeline({ deaf: true })
  const answer = await post(deaf, { transactionId: 'late', ...sides, amount: 1 }, 'wait=1')
  expect(answer).toMatchObject({ status: 202, applied: null, body: { status: 'PENDING' } })
})

test.each<[string | undefined, number | undefined]>([
  ['wait=5', 5],
  ['respond-async, wait=5', 5],
  ['Wait = "7"; foo', 7],
  ['wait=31', 30],
  ['wait=0', 0],
  ['wait=-1', undefined],
  ['wait=soon', undefined],
  ['return=minimal', undefined],
  [undefined, undefined],
])('Prefer: %s is to wait %s seconds', (prefer, seconds) => {
  expect(preferredWaitSeconds({ headers: { prefer } as never })).toBe(seconds)
})
