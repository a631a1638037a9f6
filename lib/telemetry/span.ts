import type { TraceContext } from './trace-context.ts'

/** A piece of work of a trace, as it begins. */
export type SpanStart = {
  readonly name: string
  /** Answers a request, takes a message, sends one, or none of these. */
  readonly kind: 'server' | 'consumer' | 'producer' | 'internal'
  /** What it is a part of. Without one it begins a trace, which is recorded if one that it links to is. */
  readonly parent?: TraceContext | undefined
  /** What it does as well: of a batch, the transactions in it. */
  readonly links?: readonly TraceContext[]
  readonly attributes?: SpanAttributes
  /** When it began, if that was before now. */
  readonly beganAt?: Date
}

type SpanAttributes = Readonly<Record<string, string | number | boolean>>

type Span = {
  /** What its own parts have as their parent; undefined where nobody traces. */
  readonly context: TraceContext | undefined
  /** Ends it, with what is known only now; with an error, as failed. */
  end(attributes?: SpanAttributes, error?: unknown): void
}

export type StartSpan = (start: SpanStart) => Span

/** Where nothing is exported, a trace that a caller has begun still goes through: into the log, and on with its transactions. */
export const passThrough: StartSpan = ({ parent }) => ({ context: parent, end: () => undefined })
