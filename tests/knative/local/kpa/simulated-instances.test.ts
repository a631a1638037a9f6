import { expect, test } from '@jest/globals'
import { SimulatedInstances } from '../../../../knative/local/serving/kpa/simulated-instances.ts'

const WORK = { atMs: 0, cpuMs: 1, waitMs: 1 }

function ready(count: number, containerConcurrency: number): SimulatedInstances {
  const instances = new SimulatedInstances({ containerConcurrency, cpu: 1 })
  for (const instance of instances.scaleTo(count, 0).started) instances.becomeReady(instance)
  return instances
}

test('ends first those that are not ready, and never lets them become so', () => {
  const instances = ready(2, 10)
  const [kept, given] = instances.scaleTo(4, 0).started
  expect(instances.scaleTo(3, 0).ended).toEqual([])
  if (kept === undefined || given === undefined) throw new Error('two should start')
  expect([instances.becomeReady(given), instances.becomeReady(kept)]).toEqual([false, true])
  expect([instances.readyCount, instances.count]).toEqual([3, 3])
})

test('ends the youngest of those that are ready', () => {
  const instances = new SimulatedInstances({ containerConcurrency: 10, cpu: 1 })
  const { started } = instances.scaleTo(3, 0)
  for (const instance of started) instances.becomeReady(instance)
  expect(instances.scaleTo(1, 0).ended).toEqual(started.slice(1))
})

test('fills the first instance first, up to three slots, and goes round from four on', () => {
  const taken = (containerConcurrency: number) => {
    const instances = ready(2, containerConcurrency)
    const first = instances.free()
    return first === instances.free()
  }
  expect([3, 4].map(taken)).toEqual([true, false])
})

test('passes over an instance without a slot', () => {
  const instances = ready(2, 4)
  const full = instances.free()
  for (let slot = 0; slot < 4; slot += 1) full?.serve(WORK, 0)
  const others = [1, 2, 3].map(() => instances.free())
  expect(others.every(instance => instance !== undefined && instance !== full)).toBe(true)
  for (let slot = 0; slot < 4; slot += 1) others[0]?.serve(WORK, 0)
  expect(instances.free()).toBe(undefined)
})
