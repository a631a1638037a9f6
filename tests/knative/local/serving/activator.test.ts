import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import { Activator } from '../../../../knative/local/serving/activator.ts'
import { Exchange } from '../../../../knative/local/serving/exchange.ts'
import { until } from '../../../support/until.ts'
import { type FixtureOptions, type ServedFixture, serveFixture } from './support/served-fixture.ts'

let served: ServedFixture | undefined
afterEach(async () => {
  await served?.close()
  served = undefined
})

async function serve(options: FixtureOptions = {}): Promise<ServedFixture> {
  served = await serveFixture({ scaling: true, ...options })
  return served
}

test('holds a request at zero, and answers it once an instance is ready, not before', async () => {
  const { gate, pool, rule, get, scaleTo, changes } = await serve()
  await scaleTo(0)
  gate.isHealthy = () => false
  let isAnswered = false
  const answer = get().finally(() => (isAnswered = true))
  await until('an instance is asked whether it is ready', () => pool.held === 1)
  expect(changes.at(-1)).toEqual({ name: 'gated', from: 0, to: 1, inFlight: 1 })
  expect([isAnswered, pool.instances.length, gate.begun.length]).toEqual([false, 0, 0])
  gate.isHealthy = () => true
  expect(await answer).toBe(200)
  expect([pool.held, pool.inFlight, pool.instances.length]).toEqual([0, 0, 1])
  expect(rule.recorded.at(-1)).toBe(1)
})

test('gives each instance what it can begin, holds the rest, and hands that out as places become free', async () => {
  const { gate, pool, get, scaleTo } = await serve({ containerConcurrency: 4 })
  await scaleTo(2)
  gate.isOpen = false
  const pids = pool.instances.map(({ child }) => child.pid)
  const firstTwo = [get(), get()]
  await until('two have begun', () => gate.begun.length === 2)
  expect(pids.map(pid => gate.countOf(pid))).toEqual([1, 1])
  const answers = Promise.all([...firstTwo, ...Array.from({ length: 18 }, () => get())])
  await until('eight have begun', () => gate.begun.length === 8)
  await until('twelve are held', () => pool.held === 12)
  expect(pids.map(pid => gate.countOf(pid))).toEqual([4, 4])
  expect(pool.instances.map(({ queue }) => queue.waiting)).toEqual([0, 0])
  gate.begun[0]?.answer()
  await until('one more was handed out', () => pool.held === 11)
  gate.open()
  expect(new Set(await answers)).toEqual(new Set([200]))
  expect(gate.mostAtOnce).toBe(4)
})

test('fills the first instance first where an instance takes three at most', async () => {
  const { gate, pool, get, scaleTo } = await serve({ containerConcurrency: 3 })
  await scaleTo(2)
  gate.isOpen = false
  const answers = Promise.all([get(), get(), get()])
  await until('three have begun', () => gate.begun.length === 3)
  expect(gate.countOf(pool.instances[0]?.child.pid ?? 0)).toBe(3)
  gate.open()
  await answers
})

test('stands aside when the rule says so: requests go to each instance in turn, and wait there', async () => {
  const { gate, pool, rule, get, scaleTo } = await serve()
  rule.activatorInPath = false
  await scaleTo(2)
  gate.isOpen = false
  const answers = Promise.all(Array.from({ length: 6 }, () => get()))
  await until('all have come', () => pool.inFlight === 6)
  expect(pool.held).toBe(0)
  expect(pool.instances.map(({ queue }) => queue.waiting)).toEqual([2, 2])
  gate.open()
  expect(new Set(await answers)).toEqual(new Set([200]))
})

test('answers 504 to what it has held for timeoutSeconds, and to what waits that long with the time before a queue', async () => {
  const { gate, pool, rule, get, scaleTo } = await serve({ timeoutSeconds: 1 })
  await scaleTo(0)
  gate.isHealthy = () => false
  const begin = performance.now()
  expect(await get()).toBe(504)
  expect([pool.held, pool.inFlight]).toEqual([0, 0])
  expect(performance.now() - begin).toBeGreaterThanOrEqual(1000)
  gate.isHealthy = () => true
  await until('an instance is ready', () => pool.instances.length === 1)
  expect([await get(), rule.desired]).toEqual([200, 1])
})

test('holds 10,000 requests, no more, and forgets one whose caller has gone', () => {
  const activator = new Activator(1, () => [])
  const exchanges = Array.from({ length: 10_000 }, makeExchange)
  expect(exchanges.every(({ exchange }) => activator.take(exchange))).toBe(true)
  expect(activator.take(makeExchange().exchange)).toBe(false)
  exchanges[5000]?.response.emit('close')
  expect(activator.held).toBe(9999)
  expect(activator.take(makeExchange().exchange)).toBe(true)
})

function makeExchange() {
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  const exchange = new Exchange(request, response)
  exchange.deadlineMs = performance.now() + 60_000
  return { exchange, response }
}
