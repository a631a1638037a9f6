import { type Logger, pino } from 'pino'

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
 * Logs one JSON object a line, in Cloud Logging's form. Never give it a token, a password or a whole request.
 */
export function createLogger(functionName: string, level: LogLevel): Logger {
  return pino({
    level,
    base: { function: functionName },
    messageKey: 'message',
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: label => ({ severity: SEVERITIES[label] ?? 'DEFAULT' }) },
  })
}

/** A logger that writes nothing. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' })
}
