/** A fault at work; ending it heals what it broke. Where it has no duration, there is nothing to end. */
export type Broken = {
  end(): Promise<void>
  /** When it broke, where that was not at once. */
  readonly sinceMs?: number
}

/** Breaks something; resolves when it is broken. */
export type Break = (target: string) => Promise<Broken>

/** What is to be done when the broker, which ended at a moment, has come back without subscriptions. */
export type Reconnect = (endedMs: number) => Promise<void>
