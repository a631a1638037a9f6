import { randomUUID } from 'node:crypto'
import { readManifests } from '../../knative/local/serving/manifest.ts'
import { parseConfig } from '../../lib/config/parse-config.ts'
import { processVariables } from '../../lib/config/variables.ts'
import type { OpenFunctionFrom } from '../../lib/http/run-function.ts'
import { serve } from '../../lib/http/serve.ts'
import { createLogger, type LogLevel } from '../../lib/log/logger.ts'
import { openTelemetry } from '../../lib/telemetry/open-telemetry.ts'
import { Pulse } from '../../lib/telemetry/pulse.ts'

export type ServedFunctions = {
  /** The address of each function. */
  readonly urls: ReadonlyMap<string, string>
  readonly logLines: readonly string[]
  close(): Promise<void>
}

/** Serves every function in this process, as its manifest configures it, but for the variables given. */
export async function serveFunctions(
  env: Readonly<Record<string, string>>,
  logLevel: LogLevel,
): Promise<ServedFunctions> {
  const urls = new Map<string, string>()
  const logLines: string[] = []
  const closers: (() => Promise<void>)[] = []
  for (const { name, env: declared } of readManifests()) {
    const { open } = (await import(`../../functions/${name}/index.ts`)) as { open: OpenFunctionFrom }
    const log = createLogger(name, logLevel, { write: line => void logLines.push(line) })
    const variables = { ...declared, ...env }
    const ofProcess = { ...parseConfig(processVariables, variables), port: 0 }
    const identity = { instanceId: randomUUID(), now: () => new Date() }
    const telemetry = await openTelemetry(name, { ...ofProcess, ...identity }, log)
    const opened = await open(variables, log, telemetry)
    const server = await serve({ name, ...ofProcess, ...opened, log, telemetry })
    const { tally } = telemetry
    const pulse = new Pulse({ functionName: name, tally, points: opened.points, now: () => new Date() })
    urls.set(name, `http://127.0.0.1:${server.port}`)
    closers.push(async () => {
      server.cut()
      await server.drain()
      await pulse.end()
      await opened.close()
      await telemetry.close()
    })
  }
  const close = async () => {
    for (const closer of closers) await closer()
  }
  return { urls, logLines, close }
}
