import { afterEach, expect, test } from '@jest/globals'
import { describeChange } from '../../../../knative/local/serving/describe-instances.ts'
import { Kpa, kpaSettings } from '../../../../knative/local/serving/kpa/kpa.ts'
import { until } from '../../../support/until.ts'
import { type FixtureOptions, type ServedFixture, serveFixture } from './support/served-fixture.ts'

let served: ServedFixture
afterEach(() => served.close())

async function serve(options: FixtureOptions): Promise<ServedFixture> {
  served = await serveFixture(options)
  return served
}

function pass(seconds: number): void {
  for (let second = 0; second < seconds; second += 1) served.clock.advance(1000)
}

test('tells the rule each second what was in flight, held ones with it, and asks it each other second', async () => {
  const { rule, pool, gate, get } = await serve({ scaling: true })
  gate.isOpen = false
  const answers = Promise.all([get(), get(), get()])
  await until('three are in flight', () => pool.inFlight === 3)
  expect(pool.held).toBe(2)
  pass(3)
  expect([rule.recorded, rule.readyWhenAsked]).toEqual([[3, 3, 3], [1]])
  gate.open()
  await answers
  await until('nothing is', () => pool.inFlight === 0)
  pass(1)
  expect([rule.recorded, rule.readyWhenAsked]).toEqual([
    [3, 3, 3, 0],
    [1, 1],
  ])
})

test('decides at once when the first request comes to none, and counts it once', async () => {
  const { rule, pool, gate, get, scaleTo } = await serve({ scaling: true })
  await scaleTo(0)
  gate.isHealthy = () => false
  const before = rule.recorded.length
  const answers = Promise.all([get(), get()])
  await until('both are held', () => pool.held === 2)
  expect(rule.recorded.slice(before)).toEqual([1])
  pass(1)
  expect(rule.recorded.slice(before)).toEqual([1, 1])
  pass(1)
  expect(rule.recorded.slice(before)).toEqual([1, 1, 2])
  gate.isHealthy = () => true
  expect(await answers).toEqual([200, 200])
})

test('by the rules of Knative: up with a burst, down to zero when it is over, and back at once', async () => {
  const settings = kpaSettings({ 'autoscaling.knative.dev/maxScale': '3' }, 2)
  const { pool, gate, get, changes } = await serve({
    scaling: () => new Kpa(settings),
    containerConcurrency: 2,
  })
  gate.isOpen = false
  const answers = Promise.all(Array.from({ length: 12 }, () => get()))
  await until('twelve are in flight', () => pool.inFlight === 12)
  pass(2)
  expect(changes.map(describeChange)).toEqual(['gated 1 -> 3 instances (12 in flight)'])
  await until('three instances have two each', () => gate.begun.length === 6)
  gate.open()
  expect(new Set(await answers)).toEqual(new Set([200]))
  await until('nothing is in flight', () => pool.inFlight === 0)
  pass(settings.windowSeconds + settings.graceSeconds + 60)
  expect(changes.at(-1)?.to).toBe(0)
  await until('all have ended', () => pool.instances.length === 0)
  const count = changes.length
  expect(await get()).toBe(200)
  expect(changes.slice(count).map(describeChange)).toEqual(['gated 0 -> 1 instance (1 in flight)'])
}, 60_000)

test('begins with the instances it is given, and scales down from there when nothing comes', async () => {
  const settings = kpaSettings({ 'autoscaling.knative.dev/initial-scale': '2' }, 2)
  const { pool, changes } = await serve({ scaling: () => new Kpa(settings), instances: 2 })
  expect(pool.instances).toHaveLength(2)
  pass(settings.windowSeconds + settings.graceSeconds + 60)
  expect(changes.map(({ from, to }) => [from, to])).toEqual([
    [2, 1],
    [1, 0],
  ])
})
