import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Fault, FaultKind } from '../../../../../knative/local/pubsub/faults.ts'
import { runsFrom } from '../../../../support/runs-from.ts'
import { type Arrival, NAME, type Step, Way } from './way.ts'

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ key: fc.constantFrom('', 'a', 'a', 'b'), thenMs: fc.constantFrom(0, 0, 500, 1_500) }),
  { maxLength: 40, size: 'max' },
)

function faultsOf(...kinds: FaultKind[]): fc.Arbitrary<Fault[]> {
  const fault = fc.record({
    kind: fc.constantFrom(...kinds),
    // The last two name nothing there is.
    target: fc.constantFrom('', 'worker', NAME, 'orker', 'other'),
    share: fc.constantFrom(0, 0.3, 0.7, 1),
    times: fc.constantFrom(null, null, 1, 3),
    delayMs: fc.constantFrom(0, 400, 1_000, 60_000),
    seed: fc.nat(),
  })
  return fc.array(fault, { maxLength: 4 })
}

const ALL: Fault = { kind: 'delay', target: '', share: 1, times: null, delayMs: 1_000, seed: 1 }

/** What a subscriber got of each key, each message once. */
function byKey(arrivals: readonly Arrival[]): number[][] {
  const groups = Map.groupBy(arrivals, ({ key }) => key)
  groups.delete('')
  return [...groups.values()].map(group => [...new Set(group.map(({ index }) => index))])
}

const inOrder = (indexes: readonly number[]) => indexes.toSorted((a, b) => a - b)

test('what arrives is what was published, less and more by the strikes that are reported', () => {
  fc.assert(
    fc.property(steps, faultsOf('lose', 'double', 'delay', 'reorder', 'cut'), (published, faults) => {
      const way = new Way(faults)
      way.publishAll(published)
      const cuts = published.filter(() => way.faults.cuts(NAME)).length
      way.pass(120_000)
      const counts = published.map((_, at) => way.arrivals.filter(({ index }) => index === at).length)
      const struck: Record<string, number> = { lose: 0, double: 0, cut: 0 }
      for (const { kind, strikes, target, times, share } of way.faults.list()) {
        struck[kind] = (struck[kind] ?? 0) + strikes
        expect(strikes).toBeLessThanOrEqual(times ?? published.length)
        if (share === 0 || target === 'orker' || target === 'other') expect(strikes).toBe(0)
      }
      const count = (wanted: number) => counts.filter(times => times === wanted).length
      expect([count(0), count(2), cuts]).toEqual([struck['lose'], struck['double'], struck['cut']])
      expect(count(0) + count(1) + count(2)).toBe(published.length)
    }),
    runsFrom('strikes', 300),
  )
})

test('a delay keeps the order of a key, and lasts as long as it was ordered', () => {
  fc.assert(
    fc.property(steps, faultsOf('delay', 'lose', 'double'), fc.nat(60_000), (published, faults, delayMs) => {
      const way = new Way(faults)
      way.publishAll(published)
      way.pass(120_000)
      for (const order of byKey(way.arrivals)) expect(order).toEqual(inOrder(order))

      const delayed = new Way([{ ...ALL, delayMs }])
      delayed.publishAll(published)
      delayed.pass(60_000)
      expect(delayed.arrivals.map(({ tookMs }) => tookMs)).toEqual(published.map(() => delayMs))
    }),
    runsFrom('delay', 200),
  )
})

test('reordering swaps neighbours of a key at most, and holds a message no longer than ordered', () => {
  fc.assert(
    fc.property(steps, faultsOf('reorder', 'lose', 'double'), (published, faults) => {
      const way = new Way(faults)
      way.publishAll(published)
      way.pass(120_000)
      for (const order of byKey(way.arrivals)) {
        for (const [place, index] of inOrder(order).entries()) {
          expect(Math.abs(order.indexOf(index) - place)).toBeLessThanOrEqual(1)
        }
      }
      const longest = Math.max(0, ...faults.map(({ delayMs }) => delayMs))
      for (const { tookMs } of way.arrivals) expect(tookMs).toBeLessThanOrEqual(longest)
    }),
    runsFrom('reorder', 200),
  )
})

test('reordering everything swaps every pair', () => {
  const way = new Way([{ ...ALL, kind: 'reorder' }])
  way.publishAll(Array.from({ length: 5 }, () => ({ key: 'a', thenMs: 0 })))
  way.pass(1_000)
  expect(way.arrivals.map(({ index, tookMs }) => [index, tookMs])).toEqual([
    ...[
      [1, 0],
      [0, 0],
      [3, 0],
      [2, 0],
    ],
    [4, 1_000],
  ])
})

test('equal seeds strike equally', () => {
  const kinds = faultsOf('lose', 'double', 'delay', 'reorder')
  fc.assert(
    fc.property(steps, kinds, (published, faults) => {
      const [one, other] = [new Way(faults), new Way(faults)]
      for (const way of [one, other]) way.publishAll(published)
      expect(one.arrivals).toEqual(other.arrivals)
      // Closed while messages are held or delayed, the emulator leaves no timer behind.
      for (const way of [one, other]) way.close()
      expect([...one.clock.pending(), ...other.clock.pending()]).toEqual([])
      expect(one.faults.list()).toEqual(other.faults.list())
    }),
    runsFrom('seeds', 100),
  )
})

test('calling the faults off delivers what was held, and leaves the next alone', () => {
  fc.assert(
    fc.property(steps, faultsOf('reorder'), fc.boolean(), (published, faults, oneByOne) => {
      const way = new Way(faults)
      way.publishAll(published)
      if (oneByOne) for (const { id } of way.faults.list()) expect(way.faults.remove(id)).toBe(true)
      else way.faults.clear()
      way.receive()
      expect(inOrder(way.arrivals.map(({ index }) => index))).toEqual(published.map((_, index) => index))
      way.publishAll([{ key: 'a', thenMs: 0 }])
      expect(way.arrivals.at(-1)).toEqual({ index: published.length, key: 'a', tookMs: 0 })
    }),
    runsFrom('off', 200),
  )
})

test('calling one fault off delivers what it holds, and nothing that another holds', () => {
  const once: Fault = { ...ALL, kind: 'reorder', times: 1, delayMs: 60_000 }
  const way = new Way([once, once])
  way.publishAll([
    { key: 'a', thenMs: 0 },
    { key: 'b', thenMs: 0 },
  ])
  const arrived = () => {
    way.receive()
    return way.arrivals.map(({ key }) => key)
  }
  expect(way.faults.remove('nobody')).toBe(false)
  expect(arrived()).toEqual([])
  expect(way.faults.remove(way.faults.list()[1]?.id ?? '')).toBe(true)
  expect(arrived()).toEqual(['b'])
  way.faults.clear()
  expect(arrived()).toEqual(['b', 'a'])
})
