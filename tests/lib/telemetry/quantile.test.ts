import { expect, test } from '@jest/globals'
import { quantile } from '../../../lib/telemetry/quantile.ts'

const BOUNDS = [1, 2, 4]

test.each<[string, readonly number[], number, number | undefined]>([
  ['says nothing of nothing', [0, 0, 0, 0], 0.5, undefined],
  ['spreads a bucket evenly between its bounds', [0, 10, 0, 0], 0.5, 1.5],
  ['begins the lowest bucket at zero', [10, 0, 0, 0], 0.5, 0.5],
  ['passes over empty buckets', [1, 0, 1, 0], 0.99, 3.96],
  ['says the highest bound of what is above all', [0, 0, 0, 3], 0.5, 4],
  ['takes the last of a bucket for the part that ends with it', [5, 5, 0, 0], 0.5, 1],
])('%s', (_, counts, part, expected) => {
  const value = quantile(BOUNDS, counts, part)
  if (expected === undefined) expect(value).toBeUndefined()
  else expect(value).toBeCloseTo(expected, 10)
})
