import { expect, test } from '@jest/globals'
import { ConcurrencyMeter } from '../../../../knative/local/serving/concurrency-meter.ts'

/** [when it enters, when it leaves], in milliseconds; within one second. */
test.each([
  ['nothing', [], 0],
  ['one all the time', [[0, 1000]], 1],
  ['one for half of it', [[250, 750]], 0.5],
  ['ten for a tenth of it each, one after another', rowOf(10, 100), 1],
  [
    'two at once for a quarter',
    [
      [0, 250],
      [0, 250],
    ],
    0.5,
  ],
  ['one that stays longer than the second', [[600, 2000]], 0.4],
] as [string, [number, number][], number][])('weighs by time: %s', (_, requests, average) => {
  const meter = new ConcurrencyMeter(0)
  const steps = requests.flatMap(([from, to]) => [
    { atMs: from, step: () => meter.entered(from) },
    { atMs: to, step: () => meter.left(to) },
  ])
  for (const { step } of steps.filter(({ atMs }) => atMs <= 1000).sort((a, b) => a.atMs - b.atMs)) step()
  expect(meter.average(1000)).toBeCloseTo(average)
})

test('begins again with each question, and keeps what is still in flight', () => {
  const meter = new ConcurrencyMeter(0)
  meter.entered(500)
  expect(meter.average(1000)).toBe(0.5)
  expect(meter.average(2000)).toBe(1)
  meter.left(2000)
  expect(meter.average(3000)).toBe(0)
})

function rowOf(count: number, milliseconds: number): [number, number][] {
  return Array.from({ length: count }, (_, index) => [index * milliseconds, (index + 1) * milliseconds])
}
