/**
 * Starts each function of this tree once, so that Node keeps what it compiled in `compile-cache`. Node names the folder after
 * its version and the user, so the functions run as the image's user, where this process may choose.
 */
import { chmodSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { functionNames, startFunction } from './start-function.ts'

/** The image's USER. */
const USER_ID = 65532
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CACHE = fileURLToPath(new URL('../../compile-cache', import.meta.url))

mkdirSync(CACHE)
chmodSync(CACHE, 0o777)
const user = process.getuid?.() === 0 ? { userId: USER_ID } : {}
/** What is loaded only where telemetry is sent is in it too. */
const SENDING = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }
const starts = functionNames(ROOT).map((name, index) => ({ name, env: index === 0 ? SENDING : {} }))
for (const { name, env: more } of starts) {
  const env = { NODE_ENV: 'production', NODE_COMPILE_CACHE: CACHE, ...more }
  const code = await (await startFunction(name, { root: ROOT, env, ...user })).stop()
  if (code !== 0) throw new Error(`${name} ended with ${code}`)
}
chmodSync(CACHE, 0o755)
