import type { Logger } from '../log/logger.ts'
import { passThrough, type StartSpan } from './span.ts'
import { Tally } from './tally.ts'

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

/** Measured and told to nobody but the console. */
export function keepTelemetry(): ExportedTelemetry {
  return { tally: new Tally(), startSpan: passThrough, close: async () => undefined }
}

/** Opens a function's telemetry. OpenTelemetry is loaded only if there is somebody to tell. */
export async function openTelemetry(
  functionName: string,
  config: TelemetryConfig,
  log: Logger,
): Promise<ExportedTelemetry> {
  if (config.otlpEndpoint === '') return keepTelemetry()
  const { exportTelemetry } = await import('./otlp/open.ts')
  return exportTelemetry(functionName, config, log)
}
