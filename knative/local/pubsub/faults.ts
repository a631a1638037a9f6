import type { Clock, Timer } from './clock.ts'
import type { Message } from './message.ts'

export const FAULT_KINDS = ['lose', 'double', 'delay', 'reorder', 'cut'] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

/** An order to break something, given over the admin API. */
export type Fault = {
  readonly kind: FaultKind
  /** Full name of a topic or subscription, or its last part; empty for all. */
  readonly target: string
  /** How often it strikes where it could, 0 to 1. */
  readonly share: number
  /** It ends after so many strikes; null for never. */
  readonly times: number | null
  /** delay: how long; reorder: how long a message waits for another to overtake it. */
  readonly delayMs: number
  /** Equal seeds strike at equal places. */
  readonly seed: number
}

export type RunningFault = Fault & { readonly id: string; readonly strikes: number }

type Rule = { readonly fault: Fault; readonly id: string; strikes: number; readonly random: () => number }

/** A message that waits to be overtaken, and the fault that holds it. */
/** Where a message is between its topic and a subscription of it. */
export type Way = { readonly topic: string; readonly subscription: string }

type Held = { readonly by: string; readonly deliver: () => void; readonly timer: Timer }

/**
 * Faults on demand, none unless ordered. Between topic and subscription a message is lost, doubled, delayed or
 * overtaken; `cut` breaks a connection at the worst moment, when the work is done and the answer is on its way.
 */
export class Faults {
  readonly #clock: Clock
  readonly #rules: Rule[] = []
  readonly #held = new Map<string, Held>()
  #lastId = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(fault: Fault): RunningFault {
    this.#lastId += 1
    const rule: Rule = { fault, id: String(this.#lastId), strikes: 0, random: randomFrom(fault.seed) }
    this.#rules.push(rule)
    return { ...fault, id: rule.id, strikes: 0 }
  }

  list(): RunningFault[] {
    return this.#rules.map(({ fault, id, strikes }) => ({ ...fault, id, strikes }))
  }

  /** False when there is no such fault. What it holds back is delivered. */
  remove(id: string): boolean {
    const index = this.#rules.findIndex(rule => rule.id === id)
    if (index < 0) return false
    this.#rules.splice(index, 1)
    for (const [place, { by }] of [...this.#held]) {
      if (by === id) this.#release(place)
    }
    return true
  }

  clear(): void {
    this.#rules.length = 0
    for (const place of [...this.#held.keys()]) this.#release(place)
  }

  /** Hands a message to a subscription: never, once or twice, at once, delayed or after the next. */
  onTheWay({ topic, subscription }: Way, message: Message, deliver: (delayMs: number) => void): void {
    if (this.#rules.length === 0) {
      deliver(0)
      return
    }
    const rule = this.#strike([topic, subscription], ['lose', 'double', 'delay', 'reorder'])
    const fault = rule?.fault
    const place = `${subscription} ${message.orderingKey}`
    if (rule?.fault.kind === 'reorder' && !this.#held.has(place)) {
      this.#hold(place, rule, () => deliver(0))
      return
    }
    if (fault?.kind !== 'lose') deliver(fault?.kind === 'delay' ? fault.delayMs : 0)
    if (fault?.kind === 'double') deliver(0)
    // What was held back has been overtaken now.
    this.#release(place)
  }

  /** True when the answer about this topic or subscription is to be cut off. */
  cuts(name: string): boolean {
    return this.#rules.length > 0 && this.#strike([name], ['cut']) !== undefined
  }

  #strike(names: readonly string[], kinds: readonly FaultKind[]): Rule | undefined {
    for (const rule of this.#rules) {
      const { kind, target, share, times } = rule.fault
      const isTarget = (name: string) => target === '' || name === target || name.endsWith(`/${target}`)
      const concerned = kinds.includes(kind) && names.some(isTarget)
      if (!concerned || rule.strikes === times) continue
      if (rule.random() >= share) continue
      rule.strikes += 1
      return rule
    }
    return undefined
  }

  #hold(place: string, { id, fault }: Rule, deliver: () => void): void {
    const timer = this.#clock.setTimer(fault.delayMs, () => this.#release(place))
    this.#held.set(place, { by: id, deliver, timer })
  }

  #release(place: string): void {
    const held = this.#held.get(place)
    if (held === undefined) return
    this.#held.delete(place)
    this.#clock.clearTimer(held.timer)
    held.deliver()
  }
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
