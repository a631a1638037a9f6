import type { Happening } from './history.ts'
import type { Setting } from './setting.ts'

/** What one push endpoint may be asked: how many at once, and when at all. Lives until the endpoint is changed. */
export class PushLimits {
  inFlight = 0
  window: number
  readonly #setting: Setting
  /** One for each failure, which is its beginning. */
  readonly #pauses: { readonly fromMs: number; readonly toMs: number }[] = []

  constructor(setting: Setting) {
    this.#setting = setting
    this.window = setting.slowStart ? Math.min(3, setting.maxWindow) : setting.maxWindow
  }

  pausedForMs(nowMs: number): number {
    return Math.max(0, ...this.#pauses.map(({ toMs }) => toMs - nowMs))
  }

  mayPush(nowMs: number): boolean {
    return this.inFlight < this.window && this.pausedForMs(nowMs) === 0
  }

  started(): void {
    this.inFlight += 1
  }

  ended(how: Happening, nowMs: number): void {
    this.inFlight -= 1
    if (how === 'acked') this.window = Math.min(this.window + 1, this.#setting.maxWindow)
    if (how !== 'nacked' && how !== 'overdue') return
    if (this.#setting.slowStart) this.window = Math.max(1, Math.floor(this.window / 2))
    if (!this.#setting.backoff) return
    // 500 ms, three times as long for each failure less than a second of pushing ago.
    const recent = this.#pauses.filter((_, place) => this.#pushedForMs(place, nowMs) < 1_000).length
    const pauseMs = Math.min(60_000, 500 * 3 ** recent)
    this.#pauses.push({ fromMs: nowMs, toMs: nowMs + Math.max(pauseMs, this.pausedForMs(nowMs)) })
  }

  /** How long there was no pause since a failure. */
  #pushedForMs(place: number, nowMs: number): number {
    const gaps = this.#pauses.map(({ toMs }, at) => (this.#pauses[at + 1]?.fromMs ?? nowMs) - toMs)
    return gaps.slice(place).reduce((sum, gapMs) => sum + Math.max(0, gapMs), 0)
  }
}
