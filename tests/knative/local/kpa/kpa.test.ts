import { expect, test } from '@jest/globals'
import {
  Kpa,
  type KpaDecision,
  type KpaSettings,
  kpaSettings,
} from '../../../../knative/local/serving/kpa/kpa.ts'

/** Eight requests aimed for in an instance that takes ten. */
const SETTINGS: KpaSettings = {
  ...kpaSettings({}, 10),
  ...{ targetUtilization: 0.8, targetBurstCapacity: 0 },
}

class Clock {
  readonly kpa: Kpa
  seconds = 0
  last: KpaDecision | undefined

  constructor(settings: Partial<KpaSettings> = {}) {
    this.kpa = new Kpa({ ...SETTINGS, ...settings })
  }

  /** So many seconds with so many requests in progress; decides every two; answers the last decision. */
  pass(seconds: number, concurrency: number, ready: number): KpaDecision {
    for (const end = this.seconds + seconds; this.seconds < end; ) {
      this.seconds += 1
      this.kpa.record(this.seconds * 1000, concurrency)
      if (this.seconds % 2 === 0) this.last = this.kpa.decide(this.seconds * 1000, ready)
    }
    if (this.last === undefined) throw new Error('pass at least two seconds')
    return this.last
  }
}

test('has its initial scale before anything is measured', () => {
  const kpa = new Kpa({ ...SETTINGS, initialScale: 3 })
  expect(kpa.decide(0, 0)).toMatchObject({ desired: 3, activatorInPath: true, isPanicking: false })
})

test.each([
  // Ten in each of three: 30 are enough for a burst of 30, and one too few for 31.
  [30, 0, false],
  [31, -1, true],
])(
  'has room in its initial instances before anything is measured, for a burst of %d',
  (burst, excess, isInPath) => {
    const kpa = new Kpa({ ...SETTINGS, initialScale: 3, targetBurstCapacity: burst })
    const expected = { excessBurstCapacity: excess, activatorInPath: isInPath }
    expect(kpa.decide(0, 3)).toMatchObject(expected)
  },
)

test('averages over what there is at the start', () => {
  expect(new Clock().pass(2, 16, 2)).toMatchObject({
    stableConcurrency: 16,
    panicConcurrency: 16,
    desired: 2,
  })
})

test('panics when six seconds need twice what is ready, and grows with the panic window', () => {
  const clock = new Clock()
  expect(clock.pass(60, 16, 2)).toMatchObject({ desired: 2, isPanicking: false })
  // Two seconds of 40 in six: (4 × 16 + 2 × 40) / 6 = 24 → 3 of 8; of sixty: (58 × 16 + 80) / 60 = 16.8.
  expect(clock.pass(2, 40, 2)).toMatchObject({
    panicConcurrency: 24,
    stableConcurrency: 16.8,
    isPanicking: false,
  })
  // Four: (2 × 16 + 4 × 40) / 6 = 32 → 4, which is twice 2.
  expect(clock.pass(2, 40, 2)).toMatchObject({ panicConcurrency: 32, isPanicking: true, desired: 4 })
  expect(clock.pass(2, 40, 2)).toMatchObject({ panicConcurrency: 40, isPanicking: true, desired: 5 })
})

test('keeps the instances of a burst until a stable window after the last panic', () => {
  const clock = new Clock()
  clock.pass(60, 16, 2)
  expect(clock.pass(6, 64, 2)).toMatchObject({ isPanicking: true, desired: 8 })
  // The threshold was last reached at 66, with two ready: at 126 the window has passed, and at 128 more than it.
  expect(clock.pass(60, 8, 8)).toMatchObject({ isPanicking: true, desired: 8 })
  expect(clock.pass(2, 8, 8)).toMatchObject({ isPanicking: false, desired: 4 })
  expect(clock.pass(2, 8, 4)).toMatchObject({ desired: 2 })
})

test('goes to zero after a stable window without requests and the grace period, and not before', () => {
  const clock = new Clock()
  clock.pass(60, 8, 1)
  expect(clock.pass(58, 0, 1)).toMatchObject({ desired: 1, activatorInPath: false })
  expect(clock.pass(2, 0, 1)).toMatchObject({ desired: 1, activatorInPath: true, stableConcurrency: 0 })
  expect(clock.pass(28, 0, 1)).toMatchObject({ desired: 1 })
  expect(clock.pass(2, 0, 1)).toMatchObject({ desired: 0 })
  expect(clock.pass(600, 0, 0)).toMatchObject({ desired: 0, activatorInPath: true })
})

test('comes from zero with the first request, and by what is held, not by the silence before', () => {
  const clock = new Clock()
  clock.pass(60, 8, 1)
  clock.pass(92, 0, 1)
  clock.pass(100, 0, 0)
  clock.kpa.record(clock.seconds * 1000 + 500, 1)
  expect(clock.kpa.decide(clock.seconds * 1000 + 500, 0)).toMatchObject({ desired: 1, activatorInPath: true })
  // (1 + 32 + 32) / 3.
  expect(clock.pass(2, 32, 0)).toMatchObject({ panicConcurrency: 21.666667, desired: 3 })
})

test('lets the activator out of the path when there is room for the burst', () => {
  // Ten in each of five, less 30 and 20 in progress.
  const clock = new Clock({ targetBurstCapacity: 30 })
  expect(clock.pass(60, 20, 5)).toMatchObject({ excessBurstCapacity: 0, activatorInPath: false })
  expect(new Clock({ targetBurstCapacity: 30 }).pass(60, 20.1, 5)).toMatchObject({
    ...{ excessBurstCapacity: -1, activatorInPath: true },
  })
})

test('is always behind the activator with a burst capacity of -1, and goes to zero without grace', () => {
  const clock = new Clock({ targetBurstCapacity: -1 })
  expect(clock.pass(60, 8, 1)).toMatchObject({ excessBurstCapacity: -1, activatorInPath: true })
  expect(clock.pass(60, 0, 1)).toMatchObject({ desired: 1 })
  expect(clock.pass(2, 0, 1)).toMatchObject({ desired: 0 })
})

test('takes silence for no requests, if all would have come through the activator', () => {
  const clock = new Clock({ targetBurstCapacity: -1 })
  clock.pass(60, 80, 10)
  expect(clock.kpa.decide(clock.seconds * 1000 + 61_000, 10)).toMatchObject({ desired: 5 })
})

test('keeps what it decided while nothing is measured', () => {
  const clock = new Clock()
  clock.pass(60, 80, 10)
  const later = clock.seconds * 1000 + 61_000
  expect(clock.kpa.decide(later, 10)).toMatchObject({ desired: 10, stableConcurrency: 0 })
})
