import type { Clock, Timer } from '../../../../../knative/local/pubsub/clock.ts'

type FakeTimer = { dueMs: number; action: () => void }

/** Time that passes only when a test says so. */
export class FakeClock implements Clock {
  // From the real time, so that tokens are valid for those who check them.
  #nowMs = Date.now()
  readonly #timers = new Set<FakeTimer>()

  now(): number {
    return this.#nowMs
  }

  setTimer(delayMs: number, action: () => void): Timer {
    const timer: FakeTimer = { dueMs: this.#nowMs + delayMs, action }
    this.#timers.add(timer)
    return timer
  }

  clearTimer(timer: Timer): void {
    this.#timers.delete(timer as FakeTimer)
  }

  /** How long each running timer has left, shortest first. */
  pending(): number[] {
    return [...this.#timers].map(({ dueMs }) => dueMs - this.#nowMs).sort((a, b) => a - b)
  }

  /** Rings every timer before its time, as a real clock that is set back does. */
  ringEarly(): void {
    for (const timer of [...this.#timers]) {
      if (this.#timers.delete(timer)) timer.action()
    }
  }

  advance(ms: number): void {
    this.#nowMs += ms
    for (const timer of [...this.#timers].sort((a, b) => a.dueMs - b.dueMs)) {
      if (timer.dueMs <= this.#nowMs && this.#timers.delete(timer)) timer.action()
    }
  }
}
