import type { Happening } from './history.ts'
import type { Setting } from './setting.ts'

/** What one push endpoint may be asked: how many at once, and when at all. Lives until the endpoint is changed. */
export class PushLimits {
  inFlight = 0
  window: number
  readonly #setting: Setting
  #resumesAtMs = 0
  /** Failures that no acknowledgement has made good. */
  #owed = 0

  constructor(setting: Setting) {
    this.#setting = setting
    this.window = setting.slowStart ? Math.min(3, setting.maxWindow) : setting.maxWindow
  }

  pausedForMs(nowMs: number): number {
    return Math.max(0, this.#resumesAtMs - nowMs)
  }

  mayPush(nowMs: number): boolean {
    return this.inFlight < this.window && this.pausedForMs(nowMs) === 0
  }

  started(): void {
    this.inFlight += 1
  }

  ended(how: Happening, nowMs: number): void {
    this.inFlight -= 1
    if (how === 'acked') {
      this.window = Math.min(this.window + 1, this.#setting.maxWindow)
      this.#owed -= this.#owed > 0 ? 1 : 0
    }
    if (how !== 'nacked' && how !== 'overdue') return
    if (this.#setting.slowStart) this.window = Math.max(1, Math.floor(this.window / 2))
    if (!this.#setting.backoff) return
    // 500 ms, three times as long for each failure more, up to a minute; beyond that nothing is owed.
    const pauseMs = Math.min(60_000, 500 * 3 ** this.#owed)
    this.#owed = Math.min(6, this.#owed + 1)
    this.#resumesAtMs = nowMs + Math.max(pauseMs, this.pausedForMs(nowMs))
  }
}
