import { type Happening, History } from './history.ts'
import { byKey, deliverable, isUnacked, unfinished } from './key-order.ts'
import type { PushLimits } from './push-limits.ts'
import { retentionMs, type Setting } from './setting.ts'

/** A message that was handed to a subscriber; the limits are those of the endpoint it was pushed to. */
export type Delivered = {
  readonly handle: string
  readonly index: number
  readonly key: string
  readonly attempt: number
}
type Out = { readonly handle: string; readonly history: History; deadlineMs: number; limits?: PushLimits }

/**
 * Follows one subscription from outside: it is told what publishers, subscribers and the clock do, and says what may be
 * delivered and what must be. It knows messages by their histories only, and looks through all of them each time.
 */
export class Auditor {
  readonly histories: History[] = []
  /** What must have come to the dead-letter topic: each message with the number of its deliveries. */
  readonly deadLetters: string[] = []
  /** Of each message its first delivery, in order, since the last seek. */
  readonly firstDeliveries = new Set<History>()
  readonly setting: Setting
  // In the order the deadlines were set: equal ones fall due in that order.
  readonly #outs = new Map<string, Out>()

  constructor(setting: Setting) {
    this.setting = setting
  }

  isOut(handle: string): boolean {
    return this.#outs.has(handle)
  }

  get inFlight(): number {
    return this.#outs.size
  }

  get backlog(): number {
    return this.#groups().flatMap(unfinished).length
  }

  get oldestUnacked(): History | undefined {
    return this.histories.find(isUnacked)
  }

  /** Key by key; keys with nothing to deliver are left out. */
  deliverable(nowMs: number): History[][] {
    return this.#groups()
      .map(group => deliverable(group, this.setting, nowMs))
      .filter(({ length }) => length > 0)
  }

  published(key: string, nowMs: number): History {
    const history = new History(this.histories.length, key, nowMs)
    this.histories.push(history)
    return history
  }

  delivered(batch: readonly Delivered[], nowMs: number, deadlineMs: number, limits?: PushLimits): void {
    for (const { handle, index } of batch) {
      const history = this.histories[index]
      if (history === undefined) throw new Error(`message ${index} was never published`)
      history.record('delivered', nowMs)
      this.firstDeliveries.add(history)
      limits?.started()
      this.#outs.set(handle, { handle, history, deadlineMs: nowMs + deadlineMs, ...(limits && { limits }) })
    }
  }

  acked(handle: string, nowMs: number): void {
    const out = this.#outs.get(handle)
    if (out) this.#end(out.history, 'acked', nowMs)
  }

  /** True unless one before it on its key is still unacknowledged. */
  isFirst(handle: string): boolean {
    const history = this.#outs.get(handle)?.history
    return history !== undefined && unfinished(this.#groupOf(history))[0] === history
  }

  indexOf(handle: string): number {
    return this.#outs.get(handle)?.history.index ?? -1
  }

  failed(handle: string, how: 'nacked' | 'overdue', nowMs: number): void {
    const history = this.#outs.get(handle)?.history
    if (history === undefined) return
    this.#end(history, how, nowMs)
    const { maxDeliveryAttempts } = this.setting
    if (maxDeliveryAttempts !== null && history.failures >= maxDeliveryAttempts) {
      history.record('dead-lettered', nowMs)
      this.deadLetters.push(`message ${history.index} after ${maxDeliveryAttempts}`)
      return
    }
    const after = this.#groupOf(history).filter(({ index }) => index > history.index)
    for (const other of after) {
      if (other.state === 'out' || other.state === 'acked') this.#end(other, 'rewound', nowMs)
    }
  }

  extended(handle: string, deadlineMs: number, nowMs: number): void {
    const out = this.#outs.get(handle)
    if (out === undefined) return
    this.#outs.delete(handle)
    this.#outs.set(handle, { ...out, deadlineMs: nowMs + deadlineMs })
  }

  /** Ends what this moment ends: retentions and ack deadlines. */
  timeIs(nowMs: number): void {
    for (const history of this.#groups().flatMap(unfinished)) {
      if (!this.#isRetained(history, nowMs)) this.#end(history, 'expired', nowMs)
    }
    for (const { handle, deadlineMs } of [...this.#outs.values()]) {
      if (deadlineMs <= nowMs) this.failed(handle, 'overdue', nowMs)
    }
  }

  /** All that is kept is unacknowledged from the time on, and acknowledged before it. */
  sought(timeMs: number, nowMs: number): void {
    const { retainAcked, topicRetention } = this.setting
    this.firstDeliveries.clear()
    const open = new Set(this.#groups().flatMap(unfinished))
    for (const history of this.histories) {
      const ofTopic = nowMs < history.publishedMs + retentionMs(topicRetention)
      const kept = open.has(history) || ofTopic || (retainAcked && this.#isRetained(history, nowMs))
      if (kept) this.#end(history, history.publishedMs < timeMs ? 'skipped' : 'replayed', nowMs)
    }
  }

  #isRetained({ publishedMs }: History, nowMs: number): boolean {
    const { retention, topicRetention } = this.setting
    return nowMs < publishedMs + retentionMs(Math.max(retention, topicRetention))
  }

  #end(history: History, what: Happening, nowMs: number): void {
    history.record(what, nowMs)
    const out = [...this.#outs.values()].find(each => each.history === history)
    if (out === undefined) return
    this.#outs.delete(out.handle)
    out.limits?.ended(what, nowMs)
  }

  #groups(): History[][] {
    return byKey(this.histories, this.setting)
  }

  #groupOf(history: History): History[] {
    return this.#groups().find(group => group.includes(history)) ?? []
  }
}
