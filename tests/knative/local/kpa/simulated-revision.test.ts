import { expect, test } from '@jest/globals'
import { type KpaSettings, kpaSettings } from '../../../../knative/local/serving/kpa/kpa.ts'
import type { SecondSample } from '../../../../knative/local/serving/kpa/second-sample.ts'
import type { SimulatedRequest } from '../../../../knative/local/serving/kpa/simulated-instance.ts'
import {
  type RevisionOptions,
  SimulatedRevision,
} from '../../../../knative/local/serving/kpa/simulated-revision.ts'

type Options = Partial<Omit<RevisionOptions, 'kpa'>> & { readonly kpa?: Partial<KpaSettings> }

/** One instance that is there from the begin, takes requests past the activator, and stays one. */
function simulate(
  requests: readonly SimulatedRequest[],
  seconds: number,
  { kpa, ...more }: Options = {},
): readonly SecondSample[] {
  const one = { targetBurstCapacity: 0, minScale: 1, maxScale: 1 }
  const revision = new SimulatedRevision(
    { cpu: 1, timeoutSeconds: 60, coldStartMs: 0, ...more, kpa: { ...kpaSettings({}, 10), ...one, ...kpa } },
    requests[Symbol.iterator](),
  )
  revision.advanceTo(seconds * 1000)
  return revision.seconds
}

/** So many alike, at one moment. */
function requests(count: number, request: SimulatedRequest): SimulatedRequest[] {
  return Array.from({ length: count }, () => request)
}

const sum = (seconds: readonly SecondSample[], read: (sample: SecondSample) => number) =>
  seconds.reduce((all, sample) => all + read(sample), 0)
const latencies = (seconds: readonly SecondSample[]) => seconds.flatMap(sample => sample.latencies)

test.each([
  ['one after the other on the thread', { cpuMs: 100, waitMs: 0 }, {}, [100, 200, 300]],
  ['side by side where they wait for others', { cpuMs: 0, waitMs: 100 }, {}, [100, 100, 100]],
  ['on the thread before they wait', { cpuMs: 10, waitMs: 100 }, {}, [110, 120, 130]],
  ['longer with half a core', { cpuMs: 100, waitMs: 0 }, { cpu: 0.5 }, [200, 400, 600]],
  ['no shorter with two cores', { cpuMs: 100, waitMs: 0 }, { cpu: 2 }, [100, 200, 300]],
  [
    'after one another in as many slots',
    { cpuMs: 0, waitMs: 100 },
    { kpa: { containerConcurrency: 2 } },
    [100, 100, 200],
  ],
])('serves requests %s', (_, work, options, expected) => {
  expect(latencies(simulate(requests(3, { atMs: 3000, ...work }), 5, options))).toEqual(expected)
})

test('counts a request in the second in which it comes, whenever it is answered', () => {
  const seconds = simulate(requests(2, { atMs: 3000, cpuMs: 0, waitMs: 1500 }), 6)
  expect(seconds.map(({ arrived }) => arrived)).toEqual([0, 0, 0, 2, 0, 0, 0])
  expect(seconds[3]?.latencies).toEqual([1500, 1500])
})

test('queues ten times as many as an instance takes, and refuses the next', () => {
  const burst = (count: number) =>
    simulate(requests(count, { atMs: 3000, cpuMs: 0, waitMs: 10 }), 5, { kpa: { containerConcurrency: 2 } })
  expect(sum(burst(22), ({ refused }) => refused)).toBe(0)
  expect(sum(burst(23), ({ refused }) => refused)).toBe(1)
})

test('refuses nothing where nothing limits an instance', () => {
  const seconds = simulate(requests(5000, { atMs: 3000, cpuMs: 0, waitMs: 10 }), 5, {
    kpa: { containerConcurrency: 0 },
  })
  expect(latencies(seconds)).toHaveLength(5000)
})

test('holds ten thousand in the activator while there is no instance, and refuses the next', () => {
  const seconds = simulate(requests(10_001, { atMs: 500, cpuMs: 0, waitMs: 0 }), 5, { coldStartMs: 2000 })
  expect(sum(seconds, ({ refused }) => refused)).toBe(1)
  expect(latencies(seconds)).toHaveLength(10_000)
  expect(seconds[0]?.queued).toBe(10_000)
})

test('holds in the activator, while it is in the path, what would be refused behind it', () => {
  const seconds = simulate(requests(1000, { atMs: 3000, cpuMs: 0, waitMs: 10 }), 10, {
    kpa: { containerConcurrency: 2, targetBurstCapacity: -1 },
  })
  expect([sum(seconds, ({ refused }) => refused), latencies(seconds).length]).toEqual([0, 1000])
})

test('answers 504 to what is not done in time, and gives what is late already no slot', () => {
  const options = { timeoutSeconds: 1, kpa: { containerConcurrency: 1 } }
  const seconds = simulate(requests(4, { atMs: 3000, cpuMs: 600, waitMs: 0 }), 8, options)
  // The first is done after 0.6 s, the second after 1.2 s, which is late; the others are late before they begin.
  expect(latencies(seconds)).toEqual([600])
  expect(sum(seconds, ({ timedOut }) => timedOut)).toBe(3)
  expect(sum(seconds, ({ cpuSeconds }) => cpuSeconds)).toBeCloseTo(1.2)
})

test('answers well what is done at the last moment', () => {
  const seconds = simulate(requests(1, { atMs: 3000, cpuMs: 0, waitMs: 1000 }), 6, { timeoutSeconds: 1 })
  expect(latencies(seconds)).toEqual([1000])
})

test('goes to zero, and lets the request that wakes it wait for a cold start', () => {
  const woken = { atMs: 200_300, cpuMs: 5, waitMs: 20 }
  const seconds = simulate([woken], 210, { coldStartMs: 4000, kpa: { minScale: 0 } })
  expect(seconds.slice(150, 200).map(({ ready, wanted }) => ready + wanted)).toEqual(Array(50).fill(0))
  expect(latencies(seconds)).toEqual([4025])
  expect(seconds[200]).toMatchObject({ wanted: 1, ready: 0, queued: 1, activatorInPath: true })
  expect(seconds[205]).toMatchObject({ wanted: 1, ready: 1, queued: 0 })
})

test('tells the autoscaler of the request that wakes it once', () => {
  // At 202 s it has 1, 7 - 1 and 7: 4.67 on average, for which one is enough; with 1, 7 and 7 it would be two.
  const kpa = { minScale: 0, maxScale: 0, target: 4.8, targetUtilization: 1 }
  const seconds = simulate(requests(7, { atMs: 200_000, cpuMs: 0, waitMs: 60_000 }), 210, { kpa })
  expect(seconds.slice(200, 203).map(({ wanted }) => wanted)).toEqual([1, 1, 1])
  expect(seconds[203]?.wanted).toBe(2)
})

test('starts instances in panic when a burst comes, and ends them when it is long over', () => {
  // Fifty a second of which each takes 400 ms: 20 in progress, for 7 aimed for in an instance.
  const burst = Array.from({ length: 1500 }, (_, index) => ({
    atMs: 60_000 + index * 20,
    cpuMs: 1,
    waitMs: 400,
  }))
  const seconds = simulate(burst, 240, {
    ...{ coldStartMs: 3000, kpa: { maxScale: 0, containerConcurrency: 100, target: 10 } },
  })
  expect(seconds[59]).toMatchObject({ wanted: 1, isPanicking: false })
  const begun = seconds.findIndex(({ isPanicking }) => isPanicking)
  expect(begun).toBeGreaterThanOrEqual(60)
  expect(begun).toBeLessThan(65)
  expect(Math.max(...seconds.map(({ wanted }) => wanted))).toBe(3)
  // 20 of 7 are 3 until the stable window is emptier; but none goes while it panics.
  expect(seconds.findLastIndex(({ wanted }) => wanted === 3)).toBeGreaterThanOrEqual(begun + 60)
  expect(seconds.at(-2)).toMatchObject({ wanted: 1, ready: 1, isPanicking: false })
})

test('counts an instance from when it starts until 30 s after it was told to end', () => {
  const seconds = simulate([], 200, { coldStartMs: 4000, kpa: { minScale: 0 } })
  const toldToEnd = seconds.findIndex(({ wanted }) => wanted === 0)
  const total = sum(seconds, ({ instanceSeconds }) => instanceSeconds)
  // The sample is of the end of the second, in which the instance was still there.
  expect(total).toBeCloseTo(toldToEnd + 1 + 30)
})

test.each([
  ['30 s after it was told to end, if it has nothing to do by then', 10_000, 34],
  ['when it has done what it has, if that is later', 50_000, 50.5],
])('counts an instance until %s', (_, waitMs, end) => {
  // Two begin; each has a request, and one is one too many: the tick at 2 s sees them, that at 4 s ends the younger.
  const kpa = { initialScale: 2, maxScale: 2 }
  const seconds = simulate(requests(2, { atMs: 500, cpuMs: 0, waitMs }), 60, { kpa })
  expect(sum(seconds, ({ instanceSeconds }) => instanceSeconds)).toBeCloseTo(60 + end)
  expect(latencies(seconds)).toHaveLength(2)
})

test('ends no instance that has something to do', () => {
  const long = { atMs: 10_000, cpuMs: 0, waitMs: 300_000 }
  const kpa = { minScale: 0, maxScale: 1 }
  const seconds = simulate([long], 400, { timeoutSeconds: 600, kpa })
  expect(latencies(seconds)).toEqual([300_000])
})

test.each([
  ['refused', 0],
  ['timedOut', 15],
] as const)('answers every request once, though many are %s', (trouble, targetBurstCapacity) => {
  const flood = Array.from({ length: 30_000 }, (_, index) => ({
    ...{ atMs: 5000 + index, cpuMs: 2 + (index % 5), waitMs: index % 90 },
  }))
  const kpa = { maxScale: 3, targetBurstCapacity }
  const seconds = simulate(flood, 300, { coldStartMs: 2500, timeoutSeconds: 3, kpa })
  expect(sum(seconds, sample => sample[trouble])).toBeGreaterThan(1000)
  const errors = sum(seconds, ({ refused, timedOut }) => refused + timedOut)
  expect(errors + latencies(seconds).length).toBe(30_000)
  expect(seconds.at(-2)).toMatchObject({ inFlight: 0, queued: 0 })
})
