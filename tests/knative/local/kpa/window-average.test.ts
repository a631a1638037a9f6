import { expect, test } from '@jest/globals'
import { WindowAverage } from '../../../../knative/local/serving/kpa/window-average.ts'

const START = 1_700_000_000_000
const at = (seconds: number) => START + seconds * 1000

/** Figures by second, as pkg/autoscaler/aggregation/bucketing_test.go has them, in a window of five seconds. */
function recorded(figures: readonly (readonly [number, number])[], windowSeconds = 5): WindowAverage {
  const window = new WindowAverage(windowSeconds)
  for (const [seconds, value] of figures) window.record(at(seconds), value)
  return window
}

const ONE_TO_FIVE = [0, 1, 2, 3, 4].map(second => [second, second + 1] as const)

test.each([
  ['over what there is at the start', [[0, 1]], 0, 1],
  ['over the whole window', ONE_TO_FIVE, 4, 15 / 5],
  ['up to the last figure, if that is later', ONE_TO_FIVE, 3.6, 15 / 5],
  ['over the seconds up to the last figure, if that is earlier', ONE_TO_FIVE, 6, (15 - 1 - 2) / 3],
  ['over the last second alone, just before it is out of the window', ONE_TO_FIVE, 8, 5],
  ['0 when the last figure is out of the window', ONE_TO_FIVE, 9, 0],
  ['seconds without a figure as 0', [...ONE_TO_FIVE, [6, 91]], 6, (15 - 1 - 2 + 91) / 5],
  ['nothing of before a window of silence', [...ONE_TO_FIVE, [9, 10]], 9, 10],
  ['something of before a shorter silence', [...ONE_TO_FIVE, [8, 10]], 8, (5 + 10) / 5],
  [
    'a late figure',
    [
      [60, 1984],
      [57, 4],
    ],
    60,
    (4 + 1984) / 4,
  ],
  [
    'the first late figure that is still of the window',
    [
      [60, 10],
      [56, 10],
    ],
    60,
    20 / 5,
  ],
  [
    'no figure that is later than the window',
    [
      [60, 10],
      [55, 10],
    ],
    60,
    10,
  ],
  [
    'figures of one second as their sum',
    [
      [0, 1],
      [0.1, 10],
      [1, 1],
    ],
    1,
    12 / 2,
  ],
] as const)('averages %s', (_, figures, seconds, average) => {
  expect(recorded(figures as readonly (readonly [number, number])[]).average(at(seconds))).toBe(average)
})

test('rounds to a millionth, so that a rest does not count as an instance', () => {
  const window = recorded(
    Array.from({ length: 10 }, (_, second) => [second, 0.7] as const),
    10,
  )
  expect(Math.ceil(window.average(at(9)) / 0.7)).toBe(1)
})

test('is empty before the first figure, and when the last is longer ago than the window', () => {
  expect(new WindowAverage(5).isEmpty(at(0))).toBe(true)
  const window = recorded([[0, 1]])
  expect([window.isEmpty(at(0)), window.isEmpty(at(5.9)), window.isEmpty(at(6))]).toEqual([
    false,
    false,
    true,
  ])
})
