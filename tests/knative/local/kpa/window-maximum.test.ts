import { expect, test } from '@jest/globals'
import { WindowMaximum } from '../../../../knative/local/serving/kpa/window-maximum.ts'

const START = 1_700_000_000_000

/** The last answer; pkg/autoscaler/aggregation/max/timewindow_test.go has a window of five ticks of one second. */
function lastMaximum(figures: readonly (readonly [number, number])[], tickSeconds = 1): number | undefined {
  const window = new WindowMaximum(5, tickSeconds)
  return figures.map(([seconds, value]) => window.record(START + seconds * 1000, value)).at(-1)
}

test.each([
  ['a single value', [[0, 5]], 5],
  [
    'the larger of two in one second',
    [
      [0, 6],
      [0.5, 5],
    ],
    6,
  ],
  [
    'the later of two, if larger',
    [
      [0, 5],
      [1, 8],
    ],
    8,
  ],
  [
    'a larger one of four ticks ago',
    [
      [0, 5],
      [4, 4],
    ],
    5,
  ],
  [
    'not one of five ticks ago',
    [
      [0, 5],
      [5, 4],
    ],
    4,
  ],
  [
    'the second largest when the largest is gone',
    [
      [0, 9],
      [2, 7],
      [3, 3],
      [5, 1],
    ],
    7,
  ],
] as const)('takes %s', (_, figures, largest) => {
  expect(lastMaximum(figures as readonly (readonly [number, number])[])).toBe(largest)
})

test('counts a begun tick of the window as a whole one', () => {
  // Five seconds are three ticks of two: this one and two before it.
  expect(
    lastMaximum(
      [
        [0, 5],
        [4, 4],
      ],
      2,
    ),
  ).toBe(5)
  expect(
    lastMaximum(
      [
        [0, 5],
        [6, 4],
      ],
      2,
    ),
  ).toBe(4)
})
