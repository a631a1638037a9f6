/** What a clock hands out for a timer that was set; only that clock can read it. */
export type Timer = object

/**
 * Time as the emulator sees it. Everything that waits (ack deadlines, back-off, token renewal, long polls) waits on a
 * clock, so a test can turn ten minutes of back-off into one call.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** May ring early when the delay is longer than 24 days, so that who waits that long looks at the time again. */
  setTimer(delayMs: number, action: () => void): Timer
  /** Harmless on a timer that has rung. */
  clearTimer(timer: Timer): void
}

// Node rings a longer timer at once.
const MAX_DELAY_MS = 2 ** 31 - 1

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer: (delayMs, action) => setTimeout(action, Math.min(delayMs, MAX_DELAY_MS)),
  clearTimer: timer => clearTimeout(timer as NodeJS.Timeout),
}
