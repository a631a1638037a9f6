import { isDeepStrictEqual } from 'node:util'
import { expect } from '@jest/globals'
import type { Auditor, Delivered } from './auditor.ts'
import type { PushLimits } from './push-limits.ts'

/** A batch has of each key what is ready, from the front on, each message once, and as much as there was room for. */
export function checkBatch(auditor: Auditor, batch: readonly Delivered[], max: number, nowMs: number): void {
  const ready = auditor.deliverable(nowMs)
  const placeOf = (wanted: number) => ready.findIndex(group => group.some(({ index }) => index === wanted))
  const counted = auditor.setting.maxDeliveryAttempts !== null
  const expected = ready.flatMap((group, place) => {
    const given = batch.filter(({ index }) => placeOf(index) === place)
    return group
      .slice(0, given.length)
      .map(({ index, key, failures }) => [index, key, counted ? failures + 1 : 0])
  })
  // Brought together key by key; each key keeps the order it came in.
  const together = batch.toSorted((a, b) => placeOf(a.index) - placeOf(b.index))
  checkEqual(
    together.map(({ index, key, attempt }) => [index, key, attempt]),
    expected,
  )
  checkEqual(batch.length, Math.min(max, ready.flat().length))
}

/** A push is the front of its key, inside the window and outside any pause. */
export function checkPush(auditor: Auditor, push: Delivered, limits: PushLimits, nowMs: number): void {
  expect(limits.pausedForMs(nowMs)).toBe(0)
  expect(limits.inFlight).toBeLessThan(limits.window)
  checkBatch(auditor, [push], 1, nowMs)
}

/** Nothing that is ready waits for a subscriber that would take it. */
export function checkNothingWaits(
  auditor: Auditor,
  nowMs: number,
  taking: { pulls: number; limits: PushLimits | undefined },
): void {
  if (taking.pulls > 0 || taking.limits?.mayPush(nowMs)) {
    checkEqual(auditor.deliverable(nowMs).flat().map(String), [])
  }
}

/** What the status page should count. */
export function expectedCounters(auditor: Auditor, nowMs: number, limits: PushLimits | undefined) {
  const oldest = auditor.oldestUnacked
  return {
    backlog: auditor.backlog,
    inFlight: auditor.inFlight,
    oldestUnackedAgeSeconds: oldest ? (nowMs - oldest.publishedMs) / 1_000 : 0,
    pushWindow: limits?.window ?? null,
    pushPausedForSeconds: limits ? limits.pausedForMs(nowMs) / 1_000 : null,
  }
}

/** As `expect(actual).toEqual(expected)`, which takes too long to be asked a hundred thousand times. */
export function checkEqual(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected)
}

/** Looks at the whole run once more, at each message and each key by itself. */
export function checkHistories({ histories, firstDeliveries, setting }: Auditor): void {
  const forbidden = setting.mode === 'exactly-once' ? /\backed (rewound|delivered)/ : /\backed delivered/
  for (const history of histories) {
    const happenings = history.happenings.join(' ')
    expect(happenings).not.toMatch(forbidden)
    expect(happenings).not.toMatch(/(dead-lettered|expired) (?!replayed|skipped)/)
    if (setting.maxDeliveryAttempts === null) continue
    for (const life of happenings.split('dead-lettered').slice(0, -1)) {
      const failures = life
        .split(/replayed|skipped/)
        .at(-1)
        ?.match(/nacked|overdue/g)
      expect(failures?.length).toBe(setting.maxDeliveryAttempts)
    }
  }
  if (!setting.ordered) return
  for (const [key, group] of Map.groupBy(firstDeliveries, each => each.key)) {
    const indexes = group.map(({ index }) => index)
    if (key !== '') expect(indexes).toEqual(indexes.toSorted((a, b) => a - b))
  }
}
