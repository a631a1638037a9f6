import type { StartSpan } from './span.ts'
import type { Tally } from './tally.ts'

/** What a function says about itself while it works. */
export type Telemetry = {
  readonly tally: Tally
  readonly startSpan: StartSpan
}

export type ExportedTelemetry = Telemetry & {
  /** Sends what is left. */
  close(): Promise<void>
}

export type TelemetryConfig = {
  /** Where OTLP is taken, over HTTP; empty: nowhere. */
  readonly otlpEndpoint: string
  readonly traceRatio: number
  readonly metricMilliseconds: number
  /** Tells this process from others of its function. */
  readonly instanceId: string
  readonly now: () => Date
}
