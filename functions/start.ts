import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { ConfigError, parseConfig } from '../lib/config/parse-config.ts'
import { text } from '../lib/config/variable-kinds.ts'
import { processVariables } from '../lib/config/variables.ts'
import { type OpenFunctionFrom, runFunction } from '../lib/http/run-function.ts'
import { createLogger } from '../lib/log/logger.ts'
import { openTelemetry } from '../lib/telemetry/open-telemetry.ts'

/*
 * The one entry of the one image: FUNCTION_TARGET says which function this process is, or `migrate`, which brings the
 * schema up to date and ends. Ends with 2, and one clear line, when the configuration is wrong.
 */
const variables = {
  ...processVariables,
  functionTarget: text('FUNCTION_TARGET', { about: 'function to run: a folder of functions/, or migrate' }),
}

try {
  const config = parseConfig(variables, process.env)
  const { functionTarget } = config
  const log = createLogger(functionTarget, config.logLevel)
  if (functionTarget === 'migrate') {
    const { bringUpToDate } = await import('./migrate.ts')
    process.exitCode = await bringUpToDate(process.env, log)
  } else {
    const identity = { instanceId: randomUUID(), now: () => new Date() }
    const [open, telemetry] = await Promise.all([
      findFunction(functionTarget),
      openTelemetry(functionTarget, { ...config, ...identity }, log),
    ])
    const opened = await open(process.env, log, telemetry)
    await runFunction({ name: functionTarget, opened, config, log, telemetry })
  }
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(2)
}

async function findFunction(name: string): Promise<OpenFunctionFrom> {
  const folder = new URL(`./${name}/index.ts`, import.meta.url)
  if (!/^[a-z-]+$/.test(name) || !existsSync(folder)) {
    throw new ConfigError([`FUNCTION_TARGET "${name}" is not a folder of functions/`])
  }
  const { open } = (await import(folder.href)) as { open: OpenFunctionFrom }
  return open
}
