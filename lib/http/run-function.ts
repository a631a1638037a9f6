import type { Environment } from '../config/parse-config.ts'
import type { Logger } from '../log/logger.ts'
import type { PointStore } from '../redis/points.ts'
import { Pulse } from '../telemetry/pulse.ts'
import type { ExportedTelemetry, Telemetry } from '../telemetry/telemetry.ts'
import { type RunningServer, type ServeOptions, serve } from './serve.ts'

/** A function that is wired up and ready to answer. */
type OpenFunction = Pick<ServeOptions, 'routes' | 'pushPaths' | 'endStreams'> & {
  /** Where its live figures go. */
  readonly points: PointStore
  /** Loads what no readiness probe needs and the first request does; one after another, when the first answer is out. */
  readonly warm?: readonly (() => unknown)[]
  /** Lets go of connections; called once, when no request is in flight. */
  close(): Promise<void>
}

/** Wires a function up from its environment. Throws ConfigError if that is wrong. */
export type OpenFunctionFrom = (env: Environment, log: Logger, telemetry: Telemetry) => Promise<OpenFunction>

type ProcessConfig = Pick<ServeOptions, 'port' | 'maxBodyBytes' | 'requestSeconds'> & {
  readonly shutdownSeconds: number
}

export type Running = {
  readonly name: string
  readonly opened: OpenFunction
  readonly config: ProcessConfig
  readonly log: Logger
  readonly telemetry: ExportedTelemetry
}

/**
 * Runs a function as this process: serves it until SIGTERM or SIGINT, then finishes what is in flight, closes
 * its connections and exits 0. An error that belongs to no request is a bug: it is logged, and the process ends
 * the same way, but with 1, so that it cannot go on in an unknown state and takes no other request down.
 */
export async function runFunction({ name, opened, config, log, telemetry }: Running): Promise<RunningServer> {
  const { close, warm, points, ...answers } = opened
  const server = await serve({ name, log, telemetry, ...answers, ...config })
  const pulse = new Pulse({ functionName: name, tally: telemetry.tally, points, now: () => new Date() })
  if (warm !== undefined) server.onceAnswered(() => void loadAll(warm))
  let ending = false
  const end = async (exitCode: number): Promise<void> => {
    if (ending) return
    ending = true
    const late = setTimeout(() => {
      log.error({ seconds: config.shutdownSeconds }, 'requests still in flight are cut off')
      process.exit(1)
    }, config.shutdownSeconds * 1000)
    await server.drain()
    await pulse.end()
    await close()
    await telemetry.close()
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

async function loadAll(loads: readonly (() => unknown)[]): Promise<void> {
  for (const load of loads) await load()
}
