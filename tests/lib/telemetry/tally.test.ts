import { expect, test } from '@jest/globals'
import { liveFigures } from '../../../lib/telemetry/live-figures.ts'
import { METRICS } from '../../../lib/telemetry/metrics.ts'
import { Histogram, Tally } from '../../../lib/telemetry/tally.ts'

test('a counter adds up over all who ask for it by the same attributes, and only those', () => {
  const tally = new Tally()
  const decided = (status: string, reason = '') =>
    tally.counter('settle.transactions.decided', { 'settle.status': status, 'settle.reason': reason })
  decided('COMPLETED').add(2)
  decided('COMPLETED').add(3)
  decided('FAILED', 'account_closed').add(1)
  expect([...tally.series()].map(({ attributes, values }) => [attributes, values])).toEqual([
    [{ 'settle.status': 'COMPLETED', 'settle.reason': '' }, { value: 5 }],
    [{ 'settle.status': 'FAILED', 'settle.reason': 'account_closed' }, { value: 1 }],
  ])
})

test('a gauge says nothing before it is set, and then what it was set to last', () => {
  const gauge = new Tally().gauge('settle.pending.age', {})
  expect(gauge.value).toBeUndefined()
  gauge.set(7)
  gauge.set(3)
  expect(gauge.value).toBe(3)
})

test.each([
  [0, 0],
  [1, 0],
  [1.5, 1],
  [2, 1],
  [5, 2],
  [5.001, 3],
  [Number.POSITIVE_INFINITY, 3],
])('a histogram with the bounds 1, 2 and 5 has %d in bucket %d', (value, bucket) => {
  const histogram = new Histogram([1, 2, 5])
  histogram.record(value)
  expect(histogram.counts).toEqual([0, 1, 2, 3].map(index => (index === bucket ? 1 : 0)))
  expect(histogram).toMatchObject({ count: 1, sum: value })
})

test('a histogram of each metric has its bounds, which rise', () => {
  const tally = new Tally()
  const bounds = tally.histogram('settle.transaction.duration', {}).bounds
  expect(bounds).toEqual(METRICS['settle.transaction.duration'].bounds)
  for (const metric of Object.values(METRICS)) {
    if (metric.kind !== 'histogram') continue
    expect([...metric.bounds].sort((one, other) => one - other)).toEqual([...metric.bounds])
    expect(new Set(metric.bounds).size).toBe(metric.bounds.length)
  }
})

test('live figures are what the tally has of them, FAILED for any reason, and nothing else', () => {
  const tally = new Tally()
  tally.counter('settle.transactions.accepted', {}).add(4)
  const decided = (status: string, reason: string) =>
    tally.counter('settle.transactions.decided', { 'settle.status': status, 'settle.reason': reason })
  decided('FAILED', 'account_closed').add(1)
  decided('FAILED', 'insufficient_funds').add(2)
  decided('HELD', '').add(1)
  decided('VOIDED', '').add(9)
  tally.counter('settle.cache.reads', { 'settle.outcome': 'hit' }).add(5)
  tally.counter('settle.cache.reads', { 'settle.outcome': 'failed' }).add(5)
  tally.histogram('settle.transaction.duration', {}).record(0.002)
  tally.histogram('settle.step.duration', {}).record(0.002)
  const figures = [...liveFigures(tally)].filter(([, count]) => count > 0)
  expect(Object.fromEntries(figures)).toEqual({
    ...{ accepted: 4, failed: 3, held: 1, cacheHits: 5, 'latency:1': 1 },
  })
})
