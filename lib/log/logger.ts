import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import { traceNow } from '../telemetry/trace-context.ts'

export type { Logger }
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

const SEVERITIES: Readonly<Record<string, string>> = {
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
}

/**
 * Logs one JSON object a line, in Cloud Logging's form, to standard output or where it is told. Never give it a token, a password
 * or a whole request.
 */
export function createLogger(functionName: string, level: LogLevel, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: { function: functionName },
    messageKey: 'message',
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    mixin: traceFields,
    serializers: { err: describeError },
    formatters: { level: label => ({ severity: SEVERITIES[label] ?? 'DEFAULT' }) },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

/** What an error says. Not all that it has: the database's driver hangs the statement on it, with every value in it. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error)
  const { name: type, message, stack, code, cause } = error as NodeJS.ErrnoException
  const more = {
    ...(code !== undefined && { code }),
    ...(cause instanceof Error && { cause: cause.message }),
  }
  return { type, message, stack, ...more }
}

/** Cloud Logging's special fields: a line stands beside the trace it belongs to, whose id alone is the form that it prefers. */
function traceFields(): object {
  const context = traceNow()
  if (context === undefined) return {}
  return {
    'logging.googleapis.com/trace': context.traceId,
    'logging.googleapis.com/spanId': context.spanId,
    'logging.googleapis.com/trace_sampled': context.isSampled,
  }
}
