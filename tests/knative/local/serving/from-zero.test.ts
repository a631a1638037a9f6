import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readManifests } from '../../../../knative/local/serving/manifest.ts'
import type { ScaleChange } from '../../../../knative/local/serving/revision.ts'
import { allFinal, findBrokenBooks } from '../../../support/ledger.ts'
import { until } from '../../../support/until.ts'
import { FakeClock } from '../pubsub/support/fake-clock.ts'
import { type RealStack, startRealStack } from './support/real-stack.ts'

/** Longer than the stable window, the grace and every delay together. */
const IDLE_SECONDS = 300

const clock = new FakeClock()
const changes: ScaleChange[] = []
let real: RealStack
beforeAll(async () => {
  const manifests = readManifests().map(manifest => ({
    ...manifest,
    minScale: 0,
    annotations: { ...manifest.annotations, 'autoscaling.knative.dev/minScale': '0' },
  }))
  const onChange = (change: ScaleChange) => void changes.push(change)
  real = await startRealStack({ manifests, autoscaling: { clock, onChange } })
}, 120_000)
afterAll(() => real.close(), 60_000)

test('applies a transfer that is posted when everything is scaled to zero', async () => {
  const { stack, database, call } = real
  await call('POST', '/api/v1/accounts', { accountId: 'cold-payer', currency: 'USD', openingBalance: '100' })
  await call('POST', '/api/v1/accounts', { accountId: 'cold-payee', currency: 'USD' })
  await allFinal(database.db)
  const pools = [...stack.pools.values()]
  await until('nothing is in flight', () => pools.every(({ inFlight }) => inFlight === 0))
  for (let second = 0; second < IDLE_SECONDS; second += 1) clock.advance(1000)
  expect(pools.map(({ instances }) => instances.length)).toEqual(pools.map(() => 0))
  changes.length = 0
  const transfer = {
    transactionId: 'cold',
    sourceAccountId: 'cold-payer',
    destinationAccountId: 'cold-payee',
  }
  const { status } = await call('POST', '/api/v1/transactions/process', { ...transfer, amount: '30.25' })
  expect(status).toBe(202)
  await allFinal(database.db)
  expect((await call('GET', '/api/v1/transactions/cold/status')).body['status']).toBe('COMPLETED')
  expect((await call('GET', '/api/v1/accounts/cold-payee/balance')).body['balance']).toBe(30.25)
  expect(await findBrokenBooks(database.db)).toEqual([])
  expect(changes.map(({ name, from, to }) => [name, from, to])).toEqual([
    ['ingest', 0, 1],
    ['worker', 0, 1],
    ['status', 0, 1],
  ])
}, 120_000)
