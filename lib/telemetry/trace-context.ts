import { AsyncLocalStorage } from 'node:async_hooks'

/** Where in which trace something happens (W3C Trace Context, level 1). */
export type TraceContext = {
  /** 32 digits, in lower-case hexadecimal. */
  readonly traceId: string
  /** 16 digits. */
  readonly spanId: string
  /** Whether the trace is recorded; what is not is passed on to nobody but the log. */
  readonly isSampled: boolean
}

/** A version, and behind one that is not ours perhaps more; neither id may be all zeros. */
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

const SAMPLED = 0x01

const current = new AsyncLocalStorage<TraceContext | undefined>()

/** Reads a `traceparent`; what is none, which the standard wants ignored, is undefined. */
export function readTraceparent(text: unknown): TraceContext | undefined {
  if (typeof text !== 'string') return undefined
  const [, version, traceId, spanId, flags, more] = TRACEPARENT.exec(text) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  if (version === '00' && more !== undefined) return undefined
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED }
}

export function writeTraceparent({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`
}

/** As many as one span can link to. */
export const MOST_LINKS = 128

/** What a span that serves many links to: each place once, and no more than it can. */
export function linksTo(traceparents: Iterable<string | null>): TraceContext[] {
  return [...new Set(traceparents)].flatMap(text => readTraceparent(text) ?? []).slice(0, MOST_LINKS)
}

/** Does work as part of a trace: what is logged in it, and accepted in it, says so. */
export function inTrace<T>(context: TraceContext | undefined, work: () => T): T {
  // Most requests have none, and then nothing need be carried through their promises.
  return context === undefined && current.getStore() === undefined ? work() : current.run(context, work)
}

/** What is being done is part of this trace; undefined if of none. */
export function traceNow(): TraceContext | undefined {
  return current.getStore()
}

/** What goes on with a transaction or a message, so that its trace does: null if nobody records it. */
export function traceparentNow(): string | null {
  const context = current.getStore()
  return context?.isSampled ? writeTraceparent(context) : null
}
