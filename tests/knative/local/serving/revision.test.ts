import { afterEach, expect, test } from '@jest/globals'
import { isAlive } from '../../../../knative/local/owner-lock.mjs'
import { until } from '../../../support/until.ts'
import { type FixtureOptions, type ServedFixture, serveFixture } from './support/served-fixture.ts'

let served: ServedFixture
afterEach(() => served.close())

const pids = () => served.pool.instances.map(({ child }) => child.pid)

async function serve(options: FixtureOptions = {}): Promise<ServedFixture> {
  served = await serveFixture(options)
  return served
}

/** From now on no instance is ready any more; answers those that are there, and those that are asked. */
function keepUnready(): Set<number> {
  const asked = new Set<number>(pids())
  served.gate.isHealthy = pid => {
    asked.add(pid)
    return false
  }
  return asked
}

/** Sends so many at once, which all come in; resolves to their statuses. */
async function sendAll(count: number): Promise<{ readonly statuses: Promise<number[]> }> {
  served.gate.isOpen = false
  const before = served.pool.inFlight
  const statuses = Promise.all(Array.from({ length: count }, () => served.get()))
  await until(`${count} are in flight`, () => served.pool.inFlight === before + count)
  return { statuses }
}

test('gives an instance requests only when its /healthz has answered', async () => {
  const { gate, rule, clock, get } = await serve({ scaling: true })
  const [first = 0] = pids()
  gate.isHealthy = pid => pid === first
  rule.desired = 2
  clock.advance(1000)
  clock.advance(1000)
  gate.isOpen = false
  const answers = Promise.all([get(), get()])
  await until('one has begun, and one is held', () => gate.begun.length === 1 && served.pool.held === 1)
  gate.isHealthy = () => true
  await until('the other has begun too', () => gate.begun.length === 2)
  expect(new Set(gate.begun.map(({ pid }) => pid)).size).toBe(2)
  gate.open()
  expect(await answers).toEqual([200, 200])
})

test('scales down by letting an instance finish what it has, which takes no more', async () => {
  const { gate, rule, clock, get, scaleTo } = await serve({ scaling: true, containerConcurrency: 2 })
  await scaleTo(2)
  const [stays = 0, goes = 0] = pids()
  const { statuses } = await sendAll(4)
  await until('all have begun', () => gate.begun.length === 4)
  rule.desired = 1
  clock.advance(1000)
  clock.advance(1000)
  expect(pids()).toEqual([stays])
  await until('it is told to finish', () => gate.terminating.includes(goes))
  expect([gate.countOf(goes), isAlive(goes)]).toEqual([2, true])
  gate.open()
  expect(await statuses).toEqual([200, 200, 200, 200])
  await until('it has ended', () => !isAlive(goes))
  expect(await get()).toBe(200)
  expect(pids()).toEqual([stays])
})

test('begins what waits in the queue of an instance before that is told to finish', async () => {
  const { gate, pool } = await serve({ containerConcurrency: 2 })
  const [old = 0] = pids()
  const { statuses } = await sendAll(10)
  const rolled = pool.roll()
  await until('another has taken its place', () => !pids().includes(old))
  for (let answered = 0; answered < 8; answered += 1) {
    expect(gate.terminating).toEqual([])
    const waiting = 8 - answered
    await until(`${waiting} are still to be answered`, () => pool.inFlight === waiting + 2)
    await until('two have begun', () => gate.countOf(old) === 2)
    gate.begun[0]?.answer()
  }
  await until('it is told to finish', () => gate.terminating.includes(old))
  gate.open()
  expect(new Set(await statuses)).toEqual(new Set([200]))
  await rolled
  expect(isAlive(old)).toBe(false)
})

test('ends an instance that does not finish by timeoutSeconds', async () => {
  const { pool, get } = await serve({ timeoutSeconds: 1.5, env: { STUBBORN: '1' } })
  const [old = 0] = pids()
  await pool.roll({ STUBBORN: '' })
  expect(isAlive(old)).toBe(false)
  expect(await get()).toBe(200)
})

test('replaces an instance that dies, and answers 503 to what it had', async () => {
  const { gate, pool, get } = await serve()
  const [old = 0] = pids()
  const { statuses } = await sendAll(3)
  await until('one has begun', () => gate.begun.length === 1)
  await pool.instances[0]?.child.kill()
  expect(await statuses).toEqual([503, 503, 503])
  gate.open()
  await until('there is another', () => pids().length === 1 && !pids().includes(old))
  expect(await get()).toBe(200)
})

test('holds requests while the only instance of a scaled function is replaced', async () => {
  const { gate, pool, get, rule } = await serve({ scaling: true })
  rule.activatorInPath = false
  gate.isHealthy = () => false
  await pool.instances[0]?.child.kill()
  await until('there is none', () => pids().length === 0)
  const answer = get()
  await until('it is held', () => pool.held === 1)
  gate.isHealthy = () => true
  expect(await answer).toBe(200)
})

test('says how it stands: what is begun, and what waits in the activator or before an instance', async () => {
  const { gate, pool, rule, clock } = await serve({ scaling: true, containerConcurrency: 2 })
  const { statuses: first } = await sendAll(5)
  await until('two have begun, and three are held', () => gate.begun.length === 2 && pool.held === 3)
  const state = { wanted: 1, ready: 1, inFlight: 2, queued: 3, isPanicking: false, activatorInPath: true }
  expect(pool.state).toEqual(state)
  gate.isHealthy = () => false
  Object.assign(rule, { desired: 2, activatorInPath: false, isPanicking: true })
  clock.advance(1000)
  clock.advance(1000)
  const { statuses: second } = await sendAll(4)
  const panic = { wanted: 2, ready: 1, inFlight: 2, queued: 7, isPanicking: true, activatorInPath: false }
  expect(pool.state).toEqual(panic)
  gate.open()
  expect([...(await first), ...(await second)]).toEqual(Array(9).fill(200))
})

test('keeps what is held when an instance dies, for the next one', async () => {
  const { gate, pool } = await serve({ scaling: true })
  const { statuses } = await sendAll(6)
  await until('one has begun, and five are held', () => gate.begun.length === 1 && pool.held === 5)
  await pool.instances[0]?.child.kill()
  gate.open()
  expect((await statuses).sort()).toEqual([200, 200, 200, 200, 200, 503])
})

test('goes on with an instance of which one connection broke', async () => {
  const { gate, pool, get } = await serve({ scaling: true, env: { BREAK_PATH: '/broken' } })
  const [only = 0] = pids()
  expect([await get('/broken'), await get(), await get()]).toEqual([503, 200, 200])
  expect([pids(), gate.terminating, pool.held]).toEqual([[only], [], 0])
})

test('takes an instance back that is not ready when it is not wanted any more', async () => {
  const { gate, pool, changes, rule, clock } = await serve({ scaling: true })
  const [first = 0] = pids()
  const asked = new Set<number>()
  gate.isHealthy = pid => {
    asked.add(pid)
    return pid === first
  }
  rule.desired = 2
  clock.advance(1000)
  clock.advance(1000)
  await until('the second is asked whether it is ready', () => asked.size === 1)
  const [second = 0] = [...asked]
  rule.desired = 1
  clock.advance(1000)
  clock.advance(1000)
  await until('it has ended', () => !isAlive(second))
  expect(pids()).toEqual([first])
  expect(changes.map(({ from, to }) => [from, to])).toEqual([
    [1, 2],
    [2, 1],
  ])
  expect(pool.inFlight).toBe(0)
})

test('hands what is held to the new revision when it rolls', async () => {
  const { gate, pool } = await serve({ scaling: true })
  const { statuses } = await sendAll(4)
  await until('three are held', () => pool.held === 3)
  const [old = 0] = pids()
  const rolled = pool.roll()
  await until('the new one has begun one of them', () => gate.begun.some(({ pid }) => pid !== old))
  gate.open()
  expect(await statuses).toEqual([200, 200, 200, 200])
  await rolled
})

test('stays with the old revision when the new one does not become ready', async () => {
  const { pool, get, gate } = await serve()
  const old = pids()
  await expect(pool.roll({ NODE_OPTIONS: '--import file:///nowhere.ts' })).rejects.toThrow('ended at once')
  expect(pids()).toEqual(old)
  expect(await get()).toBe(200)
  expect(gate.terminating).toEqual([])
})

test('leaves no process behind when it closes while one starts', async () => {
  const { pool, rule, clock } = await serve({ scaling: true })
  const asked = keepUnready()
  rule.desired = 2
  clock.advance(1000)
  clock.advance(1000)
  await until('the second is asked whether it is ready', () => asked.size === 2)
  await pool.close()
  expect([...asked].filter(isAlive)).toEqual([])
})

test('starts nothing any more when it closes before it has started', async () => {
  const { pool, rule, clock } = await serve({ scaling: true })
  const asked = keepUnready()
  rule.desired = 2
  const rolled = pool.roll()
  await until('the new revision has an instance that starts', () => asked.size === 2)
  await pool.close()
  await rolled
  for (let second = 0; second < 4; second += 1) clock.advance(1000)
  expect(clock.pending()).toEqual([])
  expect([...asked].filter(isAlive)).toEqual([])
})
