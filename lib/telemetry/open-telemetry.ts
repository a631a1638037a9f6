import type { Logger } from '../log/logger.ts'
import { passThrough } from './span.ts'
import { Tally } from './tally.ts'
import type { ExportedTelemetry, TelemetryConfig } from './telemetry.ts'

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
