import { expect, test } from '@jest/globals'
import { loneValues, toColumns } from '../../../functions/console/page/chart-columns.ts'
import { instanceRows } from '../../../functions/console/page/instances.ts'
import { stepPath } from '../../../functions/console/page/step-path.ts'
import { noonPlus, pointAt } from './points.ts'

const seconds = (after: number): number => Date.parse(noonPlus(after)) / 1000

test('draws a gap where nothing was written, and none where a point is late', () => {
  const points = [pointAt(0, { accepted: 1 }), pointAt(4, { accepted: 2 }), pointAt(20, { accepted: 3 })]
  expect(toColumns(points, 5, [({ accepted }) => accepted])).toEqual({
    times: [seconds(0), seconds(4), seconds(6.5), seconds(20)],
    values: [[1, 2, null, 3]],
  })
})

test('draws a gap where a value is not known', () => {
  expect(toColumns([pointAt(0)], 5, [({ latency }) => latency?.p50]).values).toEqual([[null]])
})

test('finds the values that a line cannot show', () => {
  expect(loneValues([1, null, 2, 3, null, 4, null, null, 5])).toEqual([0, 5, 8])
  expect(loneValues([null])).toEqual([])
})

test('draws steps, which hold until the next value and stop where none is known', () => {
  const places = [
    { x: 0, y: 0 },
    { x: 0.25, y: 1 },
    { x: 0.5, y: undefined },
    { x: 1, y: 0.5 },
  ]
  expect(stepPath(places, 200, 20)).toBe('M0 20H50V0M200 10')
})

test('lists the functions as money meets them, those that are not known last', () => {
  const points = [
    pointAt(298, { instances: { sweeper: 1, zebra: 1, ingest: 3 } }),
    pointAt(300, { instances: { ingest: 1, worker: 2 } }),
  ]
  const rows = instanceRows(points, new Date(noonPlus(300)), { width: 300, height: 30 })
  expect(rows.map(({ name, now, most }) => [name, now, most])).toEqual([
    ['ingest', 1, 3],
    ['worker', 2, 2],
    ['sweeper', 0, 1],
    ['zebra', 0, 1],
  ])
  expect(rows[0]?.path).toBe('M298 0H300V20')
})
