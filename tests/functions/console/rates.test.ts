import { expect, test } from '@jest/globals'
import { recentOf, secondsSinceAccepted } from '../../../functions/console/page/rates.ts'
import { noonPlus, pointAt } from './points.ts'

const NOW = new Date(noonPlus(10))

test('takes the mean of the last ten seconds, and nothing of before', () => {
  const points = [
    pointAt(0, { accepted: 1000 }),
    pointAt(2, { accepted: 10, completed: 6, failed: 2, held: 2 }),
    pointAt(4, { accepted: 30 }),
  ]
  expect(recentOf(points, 2, NOW)).toMatchObject({
    acceptedPerSecond: 10,
    appliedPerSecond: 2.5,
    refusedPerSecond: 0.5,
  })
})

test('says nothing where no point is known, and zero where nothing happened', () => {
  expect(recentOf([pointAt(-60)], 2, NOW)).toBeUndefined()
  expect(recentOf([pointAt(8)], 2, NOW)).toMatchObject({ acceptedPerSecond: 0, cacheHits: undefined })
})

test('takes the newest latency there is', () => {
  const points = [
    pointAt(4, { latency: { p50: 0.01, p99: 0.02 } }),
    pointAt(6, { latency: { p50: 0.03, p99: 0.04 } }),
    pointAt(8),
  ]
  expect(recentOf(points, 2, NOW)?.latency).toEqual({ p50: 0.03, p99: 0.04 })
})

test('weighs cache hits by reads', () => {
  const points = [pointAt(6, { cacheHits: 98, cacheMisses: 0 }), pointAt(8, { cacheMisses: 2 })]
  expect(recentOf(points, 2, NOW)?.cacheHits).toBe(0.98)
})

test('knows since when nothing was accepted', () => {
  expect(secondsSinceAccepted([pointAt(2, { accepted: 1 }), pointAt(8)], NOW)).toBe(8)
  expect(secondsSinceAccepted([pointAt(8)], NOW)).toBeUndefined()
})
