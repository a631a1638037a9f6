import { expect, test } from '@jest/globals'
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
