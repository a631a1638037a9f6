import type { History } from './history.ts'
import type { Setting } from './setting.ts'

/** The messages whose order counts, a group for each key; a message without order is a group of its own. */
export function byKey(histories: readonly History[], { ordered }: Setting): History[][] {
  const groups = Map.groupBy(histories, ({ key, index }) => (ordered && key !== '' ? key : `alone ${index}`))
  return [...groups.values()]
}

/** What may still be delivered of a key: an acknowledgement is final when all before it are. */
export function unfinished(group: readonly History[]): History[] {
  const first = group.findIndex(isUnacked)
  return first < 0 ? [] : group.slice(first).filter(({ state }) => state !== 'gone')
}

/** What may be delivered of a key now, in order: nothing while some of it is out, or before its back-off is over. */
export function deliverable(group: readonly History[], setting: Setting, nowMs: number): History[] {
  if (group.some(({ state }) => state === 'out')) return []
  const rest = unfinished(group)
  const end = rest.findIndex(history => notBeforeMs(history, setting) > nowMs)
  return end < 0 ? rest : rest.slice(0, end)
}

export function isUnacked({ state }: History): boolean {
  return state === 'waiting' || state === 'out'
}

/** The back-off doubles with each failure, from the shortest to the longest. */
function notBeforeMs({ failures, lastFailureMs = 0 }: History, { retry }: Setting): number {
  if (retry === null || failures === 0) return 0
  const [shortest, longest] = retry
  return lastFailureMs + 1_000 * Math.min(longest, shortest * 2 ** (failures - 1))
}
