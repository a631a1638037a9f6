import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { allFinal, findBrokenBooks, findOutOfOrder, openAccounts, readBalances } from '../support/ledger.ts'
import { type Answer, closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { type OwnEngine, ownMysql } from '../support/private-engines.ts'
import { until } from '../support/until.ts'

let mysql: OwnEngine
let pipeline: Pipeline
beforeAll(async () => {
  mysql = await ownMysql()
  const env = { RETRY_SECONDS: '6', SWEEP_AGE_SECONDS: '0', PENDING_MILLISECONDS: '100' }
  pipeline = await startPipeline({ mysqlUrl: mysql.engine.url, impatient: true, env })
  await openAccounts(pipeline, ['alice', 'bob'], '1000')
})
afterAll(async () => {
  await closePipelines()
  await mysql.remove()
})

const request = (transactionId: string) => ({
  transactionId,
  sourceAccountId: 'alice',
  destinationAccountId: 'bob',
  amount: '1.00',
})

const post = (transactionId: string): Promise<Answer> =>
  pipeline.call('ingest', 'POST', '/api/v1/transactions/process', request(transactionId))

test('a database killed under load loses nothing that was accepted and applies nothing twice', async () => {
  const accepted: string[] = []
  const isKilled = Promise.withResolvers<void>()
  const load = Array.from({ length: 20 }, async (_, caller) => {
    for (let step = 0; step < 15; step += 1) {
      const transactionId = `${caller}.${step}`
      // A caller tries again with the same id until it has an answer, as callers are told to.
      let answer = await post(transactionId)
      while (answer.status === 503) answer = await post(transactionId)
      expect(answer.status).toBe(202)
      accepted.push(transactionId)
      if (accepted.length === 100) isKilled.resolve()
    }
  })
  await isKilled.promise
  await mysql.engine.kill()
  await mysql.engine.start()
  await Promise.all(load)
  await pipeline.sweep()
  await allFinal(pipeline.db)
  expect(accepted).toHaveLength(300)
  const [rows] = await pipeline.db.raw(
    `SELECT COUNT(*) AS rows_ FROM transactions WHERE status = 'COMPLETED'`,
  )
  expect(Number(rows[0].rows_)).toBe(302)
  expect(await readBalances(pipeline.db)).toMatchObject({ alice: '700.0000', bob: '1300.0000' })
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
  expect(await findOutOfOrder(pipeline.db)).toEqual([])
}, 90_000)

test('answers a balance while the database is away, without what is pending, and with it when it is back', async () => {
  const read = async () => (await pipeline.call('status', 'GET', '/api/v1/accounts/alice/balance')).body
  await until('the cache has it', async () => (await pipeline.redis.exists('balance:alice')) === 1)
  const { balance } = await read()
  await mysql.engine.stop()
  expect(await read()).toMatchObject({ balance, pending: null })
  await mysql.engine.start()
  await until('the database says again what is pending', async () => (await read())['pending'] === 0)
}, 60_000)

test('answers 503 with Retry-After while the database is away, and takes the same request when it is back', async () => {
  await mysql.engine.stop()
  const answer = await post('waited')
  expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  expect(answer.headers.get('retry-after')).toBe('1')
  await mysql.engine.start()
  expect((await post('waited')).status).toBe(202)
  await allFinal(pipeline.db)
}, 60_000)
