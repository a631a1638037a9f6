import { expect, test } from '@jest/globals'
import { DeployedScale } from '../../../../knative/local/serving/kpa/deployed-scale.ts'
import { type KpaSettings, kpaSettings } from '../../../../knative/local/serving/kpa/kpa.ts'

const ROOM = 0
const NO_ROOM = -1

type Step = {
  readonly at: number
  readonly desired: number | undefined
  readonly ready: number
  readonly excess?: number
  readonly replicas: number
  readonly inPath?: boolean
}

/** Runs the steps, whose moments are in seconds, and compares what is deployed after each. */
function play(more: Partial<KpaSettings>, steps: readonly Step[]): void {
  const scale = new DeployedScale({ ...kpaSettings({}, 100), ...more })
  for (const { at, desired, ready, excess = ROOM, replicas, inPath } of steps) {
    const { activatorInPath, ...told } = scale.reconcile(at * 1000, desired, ready, excess)
    expect({ at, ...told }).toEqual({ at, replicas })
    if (inPath !== undefined) expect({ at, activatorInPath }).toEqual({ at, activatorInPath: inPath })
  }
}

/** Active since 0, with one instance. */
const ACTIVE: Step = { at: 0, desired: 1, ready: 1, replicas: 1, inPath: false }

test('keeps one instance for a stable window of being active, and then for the grace period behind the activator', () => {
  play({}, [
    ACTIVE,
    { at: 59, desired: 0, ready: 1, replicas: 1, inPath: false },
    { at: 60, desired: 0, ready: 1, replicas: 1, inPath: true },
    { at: 89, desired: 0, ready: 1, replicas: 1, inPath: true },
    { at: 90, desired: 0, ready: 1, replicas: 0, inPath: true },
  ])
})

test('goes down to one, not to zero, before it has been active for a stable window', () => {
  play({}, [
    ACTIVE,
    { at: 10, desired: 10, ready: 10, replicas: 10 },
    { at: 59, desired: 0, ready: 10, replicas: 1 },
  ])
})

test('takes the stable window of the revision', () => {
  play({ windowSeconds: 20 }, [
    ACTIVE,
    { at: 19, desired: 0, ready: 1, replicas: 1, inPath: false },
    { at: 20, desired: 0, ready: 1, replicas: 1, inPath: true },
    { at: 50, desired: 0, ready: 1, replicas: 0 },
  ])
})

test('waits no grace period where the activator has been in the path for as long already', () => {
  play({}, [
    { ...ACTIVE, excess: NO_ROOM, inPath: true },
    { at: 60, desired: 0, ready: 1, excess: NO_ROOM, replicas: 1 },
    { at: 62, desired: 0, ready: 1, excess: NO_ROOM, replicas: 0 },
  ])
  play({}, [
    ACTIVE,
    { at: 33, desired: 1, ready: 1, excess: NO_ROOM, replicas: 1 },
    { at: 60, desired: 0, ready: 1, excess: NO_ROOM, replicas: 1 },
    { at: 62, desired: 0, ready: 1, excess: NO_ROOM, replicas: 1 },
    { at: 63, desired: 0, ready: 1, excess: NO_ROOM, replicas: 0 },
  ])
})

test.each([
  ['longer than the grace period', 42, ROOM, 102],
  ['shorter than the grace period', 10, ROOM, 90],
  ['shorter, where the activator was in the path before', 10, NO_ROOM, 70],
])('keeps the last instance for the retention: %s', (_, retentionSeconds, excess, end) => {
  play({ retentionSeconds }, [
    { ...ACTIVE, excess, inPath: excess === NO_ROOM },
    { at: 60, desired: 0, ready: 1, excess, replicas: 1 },
    { at: end - 1, desired: 0, ready: 1, excess, replicas: 1 },
    { at: end, desired: 0, ready: 1, excess, replicas: 0 },
  ])
})

test('begins the way to zero again when there was traffic on it', () => {
  play({}, [
    ACTIVE,
    { at: 60, desired: 0, ready: 1, replicas: 1, inPath: true },
    { at: 80, desired: 1, ready: 1, replicas: 1, inPath: false },
    { at: 139, desired: 0, ready: 1, replicas: 1, inPath: false },
    { at: 140, desired: 0, ready: 1, replicas: 1, inPath: true },
    { at: 169, desired: 0, ready: 1, replicas: 1 },
    { at: 170, desired: 0, ready: 1, replicas: 0 },
  ])
})

test('comes from zero behind the activator, and lets it out when an instance is ready', () => {
  play({}, [
    ACTIVE,
    { at: 60, desired: 0, ready: 1, replicas: 1 },
    { at: 90, desired: 0, ready: 1, replicas: 0 },
    { at: 200, desired: 0, ready: 0, replicas: 0, inPath: true },
    { at: 300, desired: 2, ready: 0, replicas: 2, inPath: true },
    // What was asked for is still to come, though nothing asks for it any more.
    { at: 302, desired: 0, ready: 0, replicas: 2, inPath: true },
    { at: 304, desired: 2, ready: 1, replicas: 2, inPath: false },
  ])
})

test('gives up an instance that is not ready after ten and a half minutes', () => {
  play({}, [
    { at: 0, desired: 1, ready: 0, replicas: 1 },
    { at: 630, desired: 0, ready: 0, replicas: 1 },
    { at: 632, desired: 0, ready: 0, replicas: 0 },
  ])
})

test.each([
  ['the least', { minScale: 2 }, 0, 2],
  ['the most', { maxScale: 8 }, 10, 8],
  ['neither within the bounds', { minScale: 2, maxScale: 8 }, 5, 5],
  ['no most, if that is 0', { maxScale: 0 }, 500, 500],
])('keeps to %s', (_, bounds, desired, replicas) => {
  play(bounds, [{ at: 0, desired, ready: 2, replicas }])
})

test('has the initial scale until that has been reached once, and then what the traffic asks for', () => {
  play({ initialScale: 3 }, [
    { at: 0, desired: undefined, ready: 0, replicas: 3 },
    { at: 2, desired: 1, ready: 2, replicas: 3 },
    { at: 4, desired: 1, ready: 3, replicas: 3 },
    { at: 6, desired: 1, ready: 3, replicas: 1 },
  ])
})

test('leaves an initial scale beyond the most once it was reached', () => {
  play({ initialScale: 3, maxScale: 2 }, [
    { at: 0, desired: undefined, ready: 0, replicas: 3 },
    { at: 2, desired: 2, ready: 2, replicas: 3 },
    { at: 4, desired: 2, ready: 3, replicas: 3 },
    { at: 6, desired: 2, ready: 3, replicas: 2 },
  ])
})

test('is made with the larger of initial scale and least, whatever the most is', () => {
  const nothingYet = (replicas: number): Step[] => [{ at: 0, desired: undefined, ready: 0, replicas }]
  play({}, nothingYet(1))
  play({ minScale: 2 }, nothingYet(2))
  play({ initialScale: 3, minScale: 2 }, nothingYet(3))
  // scaler.go, applyBounds: what is below the least becomes that, and is not compared with the most.
  play({ initialScale: 3, maxScale: 2 }, nothingYet(3))
})

test('is behind the activator while there is no room for the burst, or no instance', () => {
  play({}, [
    { ...ACTIVE, excess: NO_ROOM, inPath: true },
    { at: 2, desired: 1, ready: 1, excess: ROOM, replicas: 1, inPath: false },
    { at: 4, desired: 1, ready: 0, excess: ROOM, replicas: 1, inPath: true },
  ])
})
