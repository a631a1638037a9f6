import { expect, test } from '@jest/globals'
import { Autoscaler } from '../../../../knative/local/serving/kpa/autoscaler.ts'
import { type KpaSettings, kpaSettings } from '../../../../knative/local/serving/kpa/kpa.ts'

/**
 * The numbers, in and out, are those of knative/serving pkg/autoscaler/scaling/autoscaler_test.go, whose instances have
 * room for a third more than is aimed for.
 */
const UTILIZATION = 0.75

function settingsFor(aim: number, targetBurstCapacity: number, more: Partial<KpaSettings> = {}): KpaSettings {
  return {
    ...kpaSettings({}, 0),
    ...{ target: aim / UTILIZATION, targetUtilization: UTILIZATION, targetBurstCapacity },
    ...{ panicThresholdPercentage: 200, maxScaleUpRate: 10, maxScaleDownRate: 10, windowSeconds: 60 },
    ...more,
  }
}

function excess(aim: number, burst: number, inProgress: number, ready: number): number {
  return Math.floor((aim / UTILIZATION) * ready - burst - inProgress)
}

type Case = {
  readonly name: string
  readonly aim: number
  readonly burst: number
  readonly stable: number
  readonly panic: number
  readonly ready: number
  readonly desired: number
  readonly more?: Partial<KpaSettings>
}

const CASES: readonly Case[] = [
  { name: 'nothing without traffic', aim: 10, burst: 100, stable: 0, panic: 0, ready: 1, desired: 0 },
  { name: 'one for a little traffic', aim: 181, burst: -1, stable: 21, panic: 26, ready: 1, desired: 1 },
  {
    name: 'as many as the stable window needs',
    aim: 10,
    burst: 0,
    stable: 50,
    panic: 10,
    ready: 1,
    desired: 5,
  },
  { name: 'one more for any rest', aim: 10, burst: 0, stable: 50.1, panic: 10, ready: 1, desired: 6 },
  { name: 'no more if they are there', aim: 10, burst: 100, stable: 50, panic: 50, ready: 5, desired: 5 },
  {
    name: 'up to ten times what is ready',
    aim: 10,
    burst: 61,
    stable: 1000,
    panic: 1001,
    ready: 1,
    desired: 10,
  },
  {
    name: 'ten times more in the next tick',
    aim: 10,
    burst: 61,
    stable: 1000,
    panic: 1001,
    ready: 10,
    desired: 100,
  },
  {
    name: 'down to a tenth of what is ready',
    aim: 10,
    burst: 61,
    stable: 1,
    panic: 1,
    ready: 100,
    desired: 10,
  },
  {
    name: 'a tenth of that in the next tick',
    aim: 10,
    burst: 61,
    stable: 1,
    panic: 1,
    ready: 10,
    desired: 1,
  },
  {
    name: 'ten while none is ready, which counts as one',
    aim: 10,
    burst: 81,
    stable: 1000,
    panic: 888,
    ready: 0,
    desired: 10,
  },
  {
    ...{
      name: 'one more at least, however small the rate',
      aim: 1,
      burst: 1982,
      stable: 3,
      panic: 3.1,
      ready: 2,
    },
    ...{ more: { maxScaleUpRate: 1.1 }, desired: 3 },
  },
  {
    ...{
      name: 'one less at least, however small the rate',
      aim: 10,
      burst: 1982,
      stable: 1,
      panic: 1,
      ready: 100,
    },
    ...{ more: { maxScaleDownRate: 1.1 }, desired: 90 },
  },
  {
    name: 'in panic what the panic window needs',
    aim: 10,
    burst: 84,
    stable: 50,
    panic: 100,
    ready: 1,
    desired: 10,
  },
  {
    name: 'in panic the stable window, if that needs more',
    aim: 1,
    burst: 100,
    stable: 50,
    panic: 30,
    ready: 5,
    desired: 50,
  },
  {
    name: 'no activation scale without traffic',
    aim: 10,
    burst: 75,
    stable: 0,
    panic: 0,
    ready: 1,
    more: { activationScale: 2 },
    desired: 0,
  },
  {
    name: 'the activation scale for any traffic',
    aim: 10,
    burst: 75,
    stable: 1,
    panic: 0,
    ready: 1,
    more: { activationScale: 2 },
    desired: 2,
  },
]

test.each(CASES)('wants $name', ({ aim, burst, stable, panic, ready, desired, more }) => {
  const scale = new Autoscaler(settingsFor(aim, burst, more)).scale(0, ready, { stable, panic })
  expect(scale.desired).toBe(desired)
})

test.each([
  ['has none in reserve if none is asked for', 10, 0, 49, 1, 0],
  ['has too little if it is to be behind the activator always', 181, -1, 26, 1, -1],
  ['counts what is in progress, and rounds down', 10, 100, 50, 1, excess(10, 100, 50, 1)],
  ['counts no instance that is not ready', 10, 81, 888, 0, -969],
  ['has enough if it is just enough', 7.5, 10, 0, 1, 0],
  ['has too little if a thousandth is missing', 7.5, 10, 0.001, 1, -1],
] as const)('%s: burst capacity', (_, aim, burst, inProgress, ready, capacity) => {
  const scale = new Autoscaler(settingsFor(aim, burst)).scale(0, ready, { stable: 0, panic: inProgress })
  expect(scale.excessBurstCapacity).toBe(capacity)
})

test('follows a rising load in panic, and stays where it was', () => {
  const autoscaler = new Autoscaler(settingsFor(1, 101))
  const load = [6, 36, 216, 1296]
  const desired = load.map((inProgress, step) => {
    const observed = { stable: inProgress, panic: inProgress }
    return autoscaler.scale(step * 1000, load[step - 1] ?? 1, observed).desired
  })
  expect(desired).toEqual(load)
})

test('panics from the threshold on, not below it', () => {
  const panics = (panic: number) =>
    new Autoscaler(settingsFor(1, 0)).scale(0, 10, { stable: 10, panic }).isPanicking
  expect([19, 19.1, 20].map(panics)).toEqual([false, true, true])
})

test('panics for what is needed, not for what the rate allows', () => {
  const autoscaler = new Autoscaler(settingsFor(1, 0, { maxScaleUpRate: 1.5 }))
  expect(autoscaler.scale(0, 10, { stable: 10, panic: 30 })).toMatchObject({ desired: 15, isPanicking: true })
})

test('never goes down in panic, and does after a whole stable window', () => {
  const autoscaler = new Autoscaler(settingsFor(10, 93))
  const at = (seconds: number, inProgress: number) =>
    autoscaler.scale(seconds * 1000, 10, { stable: Math.min(100, inProgress), panic: inProgress })
  expect(at(0, 1000)).toMatchObject({ desired: 100, isPanicking: true })
  expect(at(30, 1)).toMatchObject({ desired: 100, isPanicking: true })
  expect(at(60, 1)).toMatchObject({ desired: 100, isPanicking: true })
  expect(at(61, 1)).toMatchObject({ desired: 1, isPanicking: false })
})

test('forgets the instances of a panic that is over', () => {
  const autoscaler = new Autoscaler(settingsFor(10, 0))
  autoscaler.scale(0, 10, { stable: 100, panic: 1000 })
  autoscaler.scale(61_000, 10, { stable: 1, panic: 1 })
  expect(autoscaler.scale(63_000, 1, { stable: 20, panic: 20 })).toMatchObject({
    desired: 2,
    isPanicking: true,
  })
})

test('ends a panic while the load still rises slowly', () => {
  const autoscaler = new Autoscaler(settingsFor(1, 98))
  expect(autoscaler.scale(0, 10, { stable: 11, panic: 25 }).desired).toBe(25)
  expect(autoscaler.scale(30_000, 40, { stable: 30, panic: 41 }).desired).toBe(41)
  expect(autoscaler.scale(62_000, 55, { stable: 50, panic: 56 })).toMatchObject({
    desired: 50,
    isPanicking: false,
  })
})

test('panics for another window whenever the threshold is reached again', () => {
  const autoscaler = new Autoscaler(settingsFor(1, 98))
  autoscaler.scale(0, 10, { stable: 11, panic: 25 })
  expect(autoscaler.scale(30_000, 40, { stable: 30, panic: 80 }).desired).toBe(80)
  expect(autoscaler.scale(62_000, 80, { stable: 30, panic: 30 })).toMatchObject({
    desired: 80,
    isPanicking: true,
  })
})

test.each([
  [
    'all at once',
    [
      [2, 40, 4],
      [300, 0, 4],
      [302, 0, 0],
    ],
  ],
  [
    'by and by',
    [
      [540, 40, 4],
      [600, 30, 4],
      [660, 0, 4],
      [840, 0, 3],
      [900, 0, 0],
    ],
  ],
] as const)('goes down when the delay is over: %s', (_, steps) => {
  const more = { scaleDownDelaySeconds: 300, panicThresholdPercentage: 10_000 }
  const autoscaler = new Autoscaler(settingsFor(10, 0, more))
  for (const [seconds, inProgress, desired] of steps) {
    const observed = { stable: inProgress, panic: inProgress }
    expect([seconds, autoscaler.scale(seconds * 1000, 1, observed).desired]).toEqual([seconds, desired])
  }
})

test('goes down at once without a delay, even within one tick', () => {
  const autoscaler = new Autoscaler(settingsFor(10, 0, { panicThresholdPercentage: 10_000 }))
  autoscaler.scale(0, 1, { stable: 40, panic: 40 })
  expect(autoscaler.scale(500, 1, { stable: 20, panic: 20 }).desired).toBe(2)
})
