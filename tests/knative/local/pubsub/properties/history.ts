/** What can happen to a message on one subscription, and where it leaves the message. */
const STATES = {
  published: 'waiting',
  delivered: 'out',
  nacked: 'waiting',
  overdue: 'waiting',
  /** A message before it on its key failed. */
  rewound: 'waiting',
  acked: 'acked',
  'dead-lettered': 'gone',
  expired: 'gone',
  /** Sought back to before it, or past it. */
  replayed: 'waiting',
  skipped: 'gone',
} as const

export type Happening = keyof typeof STATES
export const HAPPENINGS = Object.keys(STATES) as Happening[]

/** Everything that happened to one message, in order: all that the auditor knows of it follows from this. */
export class History {
  /** Its number in the order of publishing. */
  readonly index: number
  readonly key: string
  readonly publishedMs: number
  readonly #events: { readonly what: Happening; readonly atMs: number }[]

  constructor(index: number, key: string, publishedMs: number) {
    this.index = index
    this.key = key
    this.publishedMs = publishedMs
    this.#events = [{ what: 'published', atMs: publishedMs }]
  }

  get happenings(): Happening[] {
    return this.#events.map(({ what }) => what)
  }

  get state(): 'waiting' | 'out' | 'acked' | 'gone' {
    return STATES[this.#events.at(-1)?.what ?? 'published']
  }

  /** Deliveries that failed since the message was published or sought back. */
  get failures(): number {
    return this.#failures().length
  }

  get lastFailureMs(): number | undefined {
    return this.#failures().at(-1)?.atMs
  }

  record(what: Happening, atMs: number): void {
    this.#events.push({ what, atMs })
  }

  toString(): string {
    const { index, key, publishedMs } = this
    const events = this.#events.map(({ what, atMs }) => `${what} ${(atMs - publishedMs) / 1_000}s`)
    return `message ${index} of key "${key}": ${events.join(', ')}`
  }

  #failures() {
    const since = this.#events.findLastIndex(({ what }) => what === 'replayed' || what === 'skipped')
    return this.#events.slice(since + 1).filter(({ what }) => what === 'nacked' || what === 'overdue')
  }
}
