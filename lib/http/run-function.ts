import type { Environment } from '../config/parse-config.ts'
import type { Logger } from '../log/logger.ts'
import type { Routes } from './route.ts'
import { type RunningServer, serve } from './serve.ts'

/** A function that is wired up and ready to answer. */
export type OpenFunction = {
  readonly routes: Routes
  /** The paths that Pub/Sub pushes to. */
  readonly pushPaths?: readonly string[]
  /** Loads what no readiness probe needs and the first request does; called when the first answer is out. */
  readonly warm?: () => Promise<void>
  /** Ends the answers that would not end by themselves, and begins no new ones; called when the process is to end. */
  readonly endStreams?: () => void
  /** Lets go of connections; called once, when no request is in flight. */
  close(): Promise<void>
}

/** Wires a function up from its environment. Throws ConfigError if that is wrong. */
export type OpenFunctionFrom = (env: Environment, log: Logger) => Promise<OpenFunction>

export type ProcessConfig = {
  readonly port: number
  readonly maxBodyBytes: number
  readonly requestSeconds: number
  readonly shutdownSeconds: number
}

/**
 * Runs a function as this process: serves it until SIGTERM or SIGINT, then finishes what is in flight, closes
 * its connections and exits 0. An error that belongs to no request is a bug: it is logged, and the process ends
 * the same way, but with 1, so that it cannot go on in an unknown state and takes no other request down.
 */
export async function runFunction(
  name: string,
  opened: OpenFunction,
  config: ProcessConfig,
  log: Logger,
): Promise<RunningServer> {
  const { close, warm, ...answers } = opened
  const server = await serve({ name, log, ...answers, ...config })
  if (warm !== undefined) server.onceAnswered(() => void warm())
  let ending = false
  const end = async (exitCode: number): Promise<void> => {
    if (ending) return
    ending = true
    const late = setTimeout(() => {
      log.error({ seconds: config.shutdownSeconds }, 'requests still in flight are cut off')
      process.exit(1)
    }, config.shutdownSeconds * 1000)
    await server.drain()
    await close()
    clearTimeout(late)
    process.exit(exitCode)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      log.info({ signal }, 'finishing what is in flight')
      void end(0)
    })
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.fatal({ err: error, event }, 'a bug: an error that no request owns; ending')
      void end(1)
    })
  }
  log.info({ port: server.port }, 'listening')
  return server
}
