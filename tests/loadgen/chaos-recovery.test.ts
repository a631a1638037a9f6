import { expect, test } from '@jest/globals'
import { type ChaosResultParts, chaosResultOf, isSound } from '../../loadgen/chaos/chaos-result.ts'
import { type Recovery, recoveryOf, type Sample, type Span } from '../../loadgen/chaos/recovery.ts'

const GOOD = { waitingSeconds: 0.1, isStatusRight: true, answered: 5, failed: 0, applied: 1 }

/** A sample each quarter of a second, from 0 to 20 s, all good but for those that the changes make bad. */
function samples(
  ...changes: readonly [fromMs: number, untilMs: number, change: Partial<Sample>][]
): Sample[] {
  return Array.from({ length: 80 }, (_, index) => {
    const atMs = index * 250
    const concerned = changes.filter(([fromMs, untilMs]) => atMs >= fromMs && atMs < untilMs)
    return Object.assign({ ...GOOD, atMs }, ...concerned.map(([, , change]) => change))
  })
}

const FAULT: Span = { beganMs: 1000, endedMs: 4000 }
const recovery = (its: readonly Sample[], others: readonly Span[] = [], loadEndMs = 20_000): Recovery =>
  recoveryOf(FAULT, { faults: [FAULT, ...others], samples: its, loadEndMs })

test.each<[string, Partial<Sample>]>([
  ['while something waits', { waitingSeconds: 2.5 }],
  ['while the database does not say what waits', { waitingSeconds: undefined }],
  ['while a status is not right', { isStatusRight: false }],
  ['while requests fail', { failed: 1 }],
  ['while none is answered', { answered: 0 }],
])('is not over %s', (_, change) => {
  expect(recovery(samples([1000, 6500, change]))).toEqual({ kind: 'recovered', seconds: 2.5 })
})

test('is over at once when nothing was amiss, and not by a single good moment', () => {
  expect(recovery(samples())).toEqual({ kind: 'recovered', seconds: 0 })
  const lucky = samples([1000, 5000, { failed: 1 }], [5250, 7000, { failed: 1 }])
  expect(recovery(lucky)).toEqual({ kind: 'recovered', seconds: 3 })
})

test('says nothing of a fault that another one overlaps, or follows before all is well', () => {
  const bad = samples([1000, 9000, { failed: 1 }])
  expect(recovery(bad, [{ beganMs: 3000, endedMs: 5000 }])).toEqual({ kind: 'disturbed', afterSeconds: 0 })
  expect(recovery(bad, [{ beganMs: 6000, endedMs: 7000 }])).toEqual({ kind: 'disturbed', afterSeconds: 2 })
  // One that was over before this one's end has nothing to do with it.
  expect(recovery(bad, [{ beganMs: 2000, endedMs: 3000 }])).toEqual({ kind: 'recovered', seconds: 5 })
  expect(recovery(bad, [{ beganMs: 9500, endedMs: 9600 }])).toEqual({ kind: 'recovered', seconds: 5 })
})

test('asks for no answers when nobody sends any more, and says when all was never well', () => {
  const unanswered = samples([1000, 99_000, { answered: 0 }])
  expect(recovery(unanswered)).toEqual({ kind: 'never' })
  expect(recovery(unanswered, [], 6000)).toEqual({ kind: 'recovered', seconds: 2.25 })
})

function resultOf(changed: Partial<ChaosResultParts['outcome']> = {}) {
  const outcome: ChaosResultParts['outcome'] = {
    ...{ beginMs: 0, loadEndMs: 20_000, samples: samples(), skipped: {}, settledSeconds: 0, checked: [] },
    ...{ lost: 0, doubled: 0, outOfOrder: 0, counts: { sent: 9, accepted: 9, untold: 0 } },
    ...{ failures: new Map([['unavailable', 3]]), errors: new Map() },
    faults: [{ kind: 'kill the cache', target: '', ...FAULT }],
    ...changed,
  }
  const settings = { seconds: 20, seed: 1, rate: 9, accounts: 2, kinds: [], sweepSeconds: 60 }
  return chaosResultOf({ startedAt: '', surroundings: {}, settings, outcome })
}

test.each<[string, Partial<ChaosResultParts['outcome']>]>([
  ['no fault came', { faults: [] }],
  ['a promise is broken', { checked: [{ promise: 'money stays', broken: ['0.01 went'] }] }],
  ['something is left to do', { settledSeconds: undefined }],
  ['a request was refused', { errors: new Map([['unauthenticated', 1]]) }],
  ['all was never well again', { samples: samples([1000, 99_000, { failed: 1 }]) }],
])('a run in which %s is not as it should be', (_, changed) => {
  expect(isSound(resultOf())).toBe(true)
  expect(isSound(resultOf(changed))).toBe(false)
})

test('counts what failed while a fault lasted, and takes a single recovery of more than 70 s for a broken promise', () => {
  const failing = samples([2000, 3000, { failed: 2 }], [6000, 7000, { failed: 5 }])
  expect(resultOf({ samples: failing }).faults).toMatchObject([
    { atSeconds: 1, forSeconds: 3, failed: 8, waitedSeconds: 0.1 },
  ])
  const late = samples([1000, 99_000, { failed: 1 }])
  const long = [
    ...late,
    ...Array.from({ length: 400 }, (_, index) => ({ ...GOOD, atMs: 70_000 + index * 250 })),
  ]
  expect(isSound(resultOf({ samples: long, loadEndMs: 170_000 }))).toBe(true)
  expect(isSound(resultOf({ samples: long.filter(({ atMs }) => atMs < 4000 || atMs > 74_250) }))).toBe(false)
})
