import { expect } from '@jest/globals'
import {
  acknowledge,
  modifyDeadlines,
  type NewDeadline,
  type Refusals,
} from '../../../../../knative/local/pubsub/acknowledge.ts'
import { type Held, NOBODY, type World } from './world.ts'

/** On push each is answered 200; what was pulled is acknowledged in one request. */
export function ackAll(world: World, held: readonly Held[]): void {
  answerPushes(world, held, true)
  const ackIds = pulledOf(held)
  request(world, ackIds, () => acknowledge(world.subscription, ackIds), ackEach)
}

/** On push each is answered 500, or reset, which is the same here; what was pulled is refused in one request. */
export function nackAll(world: World, held: readonly Held[]): void {
  answerPushes(world, held, false)
  extendAll(world, new Map(held.map(each => [each, 0])))
}

/** The new ack deadlines of what was pulled, in seconds; a push has none to extend. */
export function extendAll(world: World, deadlines: ReadonlyMap<Held, number>): void {
  const changes = [...deadlines].filter(([{ settle }]) => !settle)
  const ackIds = pulledOf(changes.map(([held]) => held))
  const wire = changes.map(([{ handle }, seconds]): NewDeadline => [handle, seconds])
  const send = () => modifyDeadlines(world.subscription, wire)
  request(world, ackIds, send, ({ auditor, nowMs }) => {
    for (const [handle, seconds] of wire) {
      if (seconds === 0) auditor.failed(handle, 'nacked', nowMs)
      else auditor.extended(handle, seconds * 1_000, nowMs)
    }
    return []
  })
}

function answerPushes({ auditor, nowMs }: World, held: readonly Held[], acked: boolean): void {
  for (const push of new Set(held)) {
    // An aborted request is never answered, and one that was answered is over.
    if (!push.settle || push.aborted) continue
    if (acked) auditor.acked(push.handle, nowMs)
    else auditor.failed(push.handle, 'nacked', nowMs)
    push.settle(acked)
  }
}

function pulledOf(held: readonly Held[]): string[] {
  return held.filter(({ settle }) => !settle).map(({ handle }) => handle)
}

/** Tells the auditor, who returns the ids refused for their order; sends; and compares the refusals. */
function request(
  world: World,
  ackIds: string[],
  send: () => Refusals,
  audit: (world: World, ackIds: readonly string[]) => string[],
): void {
  if (ackIds.length === 0) return
  const exactlyOnce = world.auditor.setting.mode === 'exactly-once'
  if (!exactlyOnce && ackIds.includes(NOBODY.handle)) {
    // Nothing of the request is done.
    expect(send).toThrow('invalid ack ID')
    return
  }
  const invalid = exactlyOnce ? ackIds.filter(ackId => !world.auditor.isOut(ackId)) : []
  const unordered = audit(world, ackIds)
  expect(Object.fromEntries(send())).toEqual({
    ...Object.fromEntries(invalid.map(ackId => [ackId, 'PERMANENT_FAILURE_INVALID_ACK_ID'])),
    ...Object.fromEntries(unordered.map(ackId => [ackId, 'TRANSIENT_FAILURE_UNORDERED_ACK_ID'])),
  })
}

/** With exactly-once delivery an acknowledgement counts only when all before it on its key are, by then, acknowledged. */
function ackEach({ auditor, nowMs }: World, ackIds: readonly string[]): string[] {
  const handles = [...new Set(ackIds)].filter(handle => auditor.isOut(handle))
  if (auditor.setting.mode !== 'exactly-once') {
    for (const handle of handles) auditor.acked(handle, nowMs)
    return []
  }
  return handles
    .sort((a, b) => auditor.indexOf(a) - auditor.indexOf(b))
    .filter(handle => {
      const counts = auditor.isFirst(handle)
      if (counts) auditor.acked(handle, nowMs)
      return !counts
    })
}
