import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { freeze } from '../support/freeze.ts'
import { allFinal, findBrokenBooks, openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { type OwnEngine, ownRedis } from '../support/private-engines.ts'
import { until } from '../support/until.ts'

let redis: OwnEngine
let pipeline: Pipeline
beforeAll(async () => {
  redis = await ownRedis()
  pipeline = await startPipeline({ redisUrl: redis.engine.url, env: { SWEEP_AGE_SECONDS: '0' } })
  await openAccounts(pipeline, ['alice', 'bob'], '100')
})
afterAll(async () => {
  await closePipelines()
  await redis.remove()
})

async function pay(transactionId: string): Promise<void> {
  const request = { transactionId, sourceAccountId: 'alice', destinationAccountId: 'bob', amount: '1.00' }
  const { status } = await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', request)
  expect(status).toBe(202)
}

async function read(path: string): Promise<Record<string, unknown>> {
  const { status, body } = await pipeline.call('status', 'GET', path)
  expect(status).toBe(200)
  return body
}

test('writes, statuses and balances go on without Redis, and the cache heals when it is back', async () => {
  await pay('before')
  await allFinal(pipeline.db)
  await read('/api/v1/accounts/bob/balance')
  await redis.engine.kill()

  await pay('without')
  await allFinal(pipeline.db)
  expect(await read('/api/v1/transactions/without/status')).toMatchObject({ status: 'COMPLETED' })
  expect(await read('/api/v1/accounts/bob/balance')).toMatchObject({ balance: 102 })

  await redis.engine.start()
  // What could not be cached is left in the outbox: sweeping tells it again.
  await until('the outbox is empty', async () => {
    const { body } = await pipeline.sweep()
    return body['outbox'] === 0
  })
  expect(await pipeline.redis.get('transaction:without')).toContain('COMPLETED')
  expect(await pipeline.redis.get('balance:bob')).toContain('"balance":102.00')
  expect(await read('/api/v1/accounts/bob/balance')).toMatchObject({ balance: 102 })
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})

test('a frozen Redis costs a read its timeout, not its answer', async () => {
  await pay('frozen')
  await allFinal(pipeline.db)
  const { pid } = redis.engine
  if (pid === undefined) throw new Error('Redis is not ours')
  await freeze(pid)
  try {
    expect(await read('/api/v1/transactions/frozen/status')).toMatchObject({ status: 'COMPLETED' })
    await pay('while-frozen')
    expect(await read('/api/v1/transactions/while-frozen/status')).toHaveProperty('status')
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  await allFinal(pipeline.db)
})
