import { expect, test } from '@jest/globals'
import { kpaSettings } from '../../knative/local/serving/kpa/kpa.ts'
import type { SecondSample } from '../../knative/local/serving/kpa/second-sample.ts'
import { parseFlags } from '../../loadgen/scaling/flags.ts'
import { settingsOf } from '../../loadgen/scaling/function-settings.ts'
import { makeRequests } from '../../loadgen/scaling/make-requests.ts'
import { outcomeOf, percentile } from '../../loadgen/scaling/outcome.ts'
import { profileOf } from '../../loadgen/scaling/profiles.ts'
import { measuredServiceTime, serviceTimeOf } from '../../loadgen/scaling/service-time.ts'
import { simulateVariant } from '../../loadgen/scaling/simulate-variant.ts'
import { SERVICE_YAML } from './support/service-yaml.ts'

const SERVICE = serviceTimeOf({ cpuMs: 1, p50: 20, p90: 50 }, 'here')

test.each([
  [
    'burst',
    [
      [0, 10],
      [59.9, 10],
      [60, 100],
      [239.9, 100],
      [240, 10],
    ],
  ],
  [
    'spike',
    [
      [59.9, 10],
      [60, 100],
      [69.9, 100],
      [70, 10],
    ],
  ],
  [
    'daily',
    [
      [0, 10],
      [6 * 3600, 10],
      [14 * 3600, 100],
      [22 * 3600, 10],
      [23 * 3600, 10],
    ],
  ],
] as const)('has the rates of %s', (name, rates) => {
  const profile = profileOf(name, { base: 10, peak: 100 })
  for (const [second, rate] of rates)
    expect([second, profile.rateAt(second)]).toEqual([second, expect.closeTo(rate)])
})

test('makes the same requests of a seed, others of another, and as many as the profile says', () => {
  const profile = profileOf('spike', { base: 20, peak: 400 })
  const make = (seed: number) => [...makeRequests({ profile, service: SERVICE, seed, leadInSeconds: 100 })]
  const [first, again, other] = [make(1), make(1), make(2)]
  expect(again).toEqual(first)
  expect(other).not.toEqual(first)
  // 390 s at 20 and 10 s at 400 are 11,800, give or take four deviations of a Poisson process.
  expect(Math.abs(first.length - 11_800)).toBeLessThan(4 * Math.sqrt(11_800))
  const inSpike = first.filter(({ atMs }) => atMs >= 160_000 && atMs < 170_000)
  expect(Math.abs(inSpike.length - 4000)).toBeLessThan(4 * Math.sqrt(4000))
  const waits = Float64Array.from(first, ({ waitMs }) => waitMs).sort()
  expect(percentile(waits, 50)).toBeCloseTo(19, -0.5)
  expect((percentile(waits, 90) ?? 0) / 49).toBeCloseTo(1, 1)
})

test('makes requests that are further apart than a second', () => {
  const profile = profileOf('spike', { base: 0, peak: 1 })
  const slow = { ...profile, rateAt: () => 0.2 }
  const made = [...makeRequests({ profile: slow, service: SERVICE, seed: 1, leadInSeconds: 1000 })]
  expect(made.every(({ atMs }) => atMs >= 1_000_000)).toBe(true)
  expect(Math.abs(made.length - 60)).toBeLessThan(4 * Math.sqrt(60))
})

test('takes the service time of a function from what was measured', () => {
  // 49.5 % of a core at 496.35 a second; half of the answers took 19.9 ms.
  const { cpuMs = 0, waitMedianMs = 0 } = measuredServiceTime('ingest') ?? {}
  expect([cpuMs, cpuMs + waitMedianMs]).toEqual([expect.closeTo(0.9973, 3), expect.closeTo(19.935, 3)])
  expect(measuredServiceTime('status')?.cpuMs).toBeCloseTo(0.931, 3)
  expect(measuredServiceTime('accounts')).toBe(undefined)
})

test.each([
  [[1, 2, 3, 4], 50, 2],
  [[1, 2, 3, 4], 51, 3],
  [[1, 2, 3, 4], 75, 3],
  [[1, 2, 3, 4], 100, 4],
  [[1], 1, 1],
  [[], 50, null],
])('of %j, %d percent do not exceed the percentile', (values, percent, expected) => {
  expect(percentile(Float64Array.from(values), percent)).toBe(expected)
})

const VARIANT = { label: 'a', overrides: {}, settings: settingsOf(SERVICE_YAML, {}) }

function sample(more: Partial<SecondSample>): SecondSample {
  return {
    ...{
      arrived: 0,
      refused: 0,
      timedOut: 0,
      failed: 0,
      latencies: [],
      cpuSeconds: 0,
      instanceSeconds: 0,
      wanted: 1,
    },
    ...{ ready: 1, inFlight: 0, queued: 0, isPanicking: false, activatorInPath: false },
    ...more,
  }
}

test('adds up what was simulated, and what it costs', () => {
  const seconds = [
    sample({ arrived: 3, latencies: [30, 10, 20], instanceSeconds: 2, cpuSeconds: 0.5, isPanicking: true }),
    sample({
      arrived: 4,
      latencies: [40],
      refused: 2,
      timedOut: 1,
      failed: 1,
      instanceSeconds: 1,
      ready: 2,
      activatorInPath: true,
    }),
  ]
  // An instance requests a quarter of a vCPU and of a GiB: at 2,880 and 11,520 USD an hour, that is 1 a second.
  const { figures, points } = outcomeOf(VARIANT, seconds, { cpuHour: 2880, gibHour: 11_520 })
  expect(figures).toEqual({
    ...{
      requests: 7,
      refused: 2,
      timedOut: 1,
      failed: 1,
      p50: 20,
      p95: 40,
      p99: 40,
      slowest: 40,
      mostReady: 2,
    },
    ...{ instanceHours: 3 / 3600, cpuSeconds: 0.5, panicSeconds: 1, activatorSeconds: 1, cost: 3 },
  })
  expect(points.map(({ second, cost, errors, p50 }) => [second, cost, errors, p50])).toEqual([
    [1, 2, 0, 20],
    [2, 3, 4, 40],
  ])
})

test('puts the seconds of a long profile together, without losing a peak', () => {
  const seconds = Array.from({ length: 1441 }, (_, second) =>
    sample({ arrived: 6, latencies: [second], queued: second === 4 ? 99 : 0, instanceSeconds: 1 }),
  )
  const { points } = outcomeOf(VARIANT, seconds, { cpuHour: 0, gibHour: 0 })
  expect(points).toHaveLength(481)
  expect(points[1]).toMatchObject({ second: 6, arrived: 6, queued: 99, p50: 4, p99: 5 })
  expect(points.at(-1)).toMatchObject({ second: 1441, arrived: 6 })
})

/** A spike on one function that has these Knative settings. */
async function simulateSpike(rates: { base: number; peak: number }, p50: number, onSecond = () => {}) {
  const kpa = { ...kpaSettings({}, 10), targetBurstCapacity: 0 }
  const common = { name: 'ingest', seed: 1, variants: [] } as const
  const service = serviceTimeOf({ cpuMs: 1, p50, p90: 2 * p50 }, 'here')
  return await simulateVariant(
    {
      ...{ ...common, profile: profileOf('spike', rates), prices: { cpuHour: 1, gibHour: 1 } },
      model: { service, coldStartSeconds: 2 },
    },
    { ...VARIANT, settings: { ...VARIANT.settings, kpa } },
    { interrupted: new AbortController().signal, onSecond },
  )
}

test('shows the seconds of the profile alone, after the first instance has gone', async () => {
  let steps = 0
  const seconds = await simulateSpike({ base: 0, peak: 30 }, 20, () => {
    steps += 1
  })
  expect([seconds.length, steps]).toEqual([300, 300])
  expect(seconds.slice(0, 60).every(({ arrived, ready }) => arrived === 0 && ready === 0)).toBe(true)
  // The first to come waits for the cold start.
  expect(Math.max(...(seconds[60]?.latencies ?? []))).toBeGreaterThan(2000)
  expect(seconds[65]?.ready).toBeGreaterThan(0)
})

test('waits for what is in progress when the profile ends', async () => {
  const seconds = await simulateSpike({ base: 5, peak: 10 }, 3000)
  const last = seconds.slice(-3)
  expect(last.map(({ latencies }) => latencies.length)).toEqual(last.map(({ arrived }) => arrived))
  expect(last.every(({ arrived }) => arrived > 0)).toBe(true)
})

test('stops when it is interrupted', async () => {
  const { settings } = parseFlags(['--profile', 'daily'])
  const [one] = settings
  const [variant] = one?.variants ?? []
  if (one?.model === undefined || variant === undefined) throw new Error('nothing to simulate')
  const interrupted = AbortSignal.abort(new Error('enough'))
  await expect(
    simulateVariant({ ...one, model: one.model }, variant, { interrupted, onSecond: () => undefined }),
  ).rejects.toThrow('enough')
})
