import { readManifests } from '../../knative/local/serving/manifest.ts'
import type { OpenFunctionFrom } from '../../lib/http/run-function.ts'
import { serve } from '../../lib/http/serve.ts'
import { createLogger } from '../../lib/log/logger.ts'

export type ServedFunctions = {
  /** The address of each function. */
  readonly urls: ReadonlyMap<string, string>
  /** What they logged, from warnings on. */
  readonly logLines: readonly string[]
  close(): Promise<void>
}

/** Serves every function in this process, as its manifest configures it, but for the variables given. */
export async function serveFunctions(env: Readonly<Record<string, string>>): Promise<ServedFunctions> {
  const urls = new Map<string, string>()
  const logLines: string[] = []
  const closers: (() => Promise<void>)[] = []
  for (const { name, env: declared } of readManifests()) {
    const { open } = (await import(`../../functions/${name}/index.ts`)) as { open: OpenFunctionFrom }
    const log = createLogger(name, 'warn', { write: line => void logLines.push(line) })
    const opened = await open({ ...declared, ...env }, log)
    const server = await serve({ name, port: 0, maxBodyBytes: 2_097_152, ...opened, log })
    urls.set(name, `http://127.0.0.1:${server.port}`)
    closers.push(async () => {
      server.cut()
      await server.drain()
      await opened.close()
    })
  }
  const close = async () => {
    for (const closer of closers) await closer()
  }
  return { urls, logLines, close }
}
