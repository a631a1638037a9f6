import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { endOrphan } from '../../knative/local/engines/end-orphan.ts'
import { startEngines } from '../../knative/local/engines/start-engines.ts'
import { isAlive } from '../../knative/local/owner-lock.mjs'
import { leaveShared } from './shared-engines.ts'

const RUNS = fileURLToPath(new URL('../../.local/test', import.meta.url))

/**
 * Starts one database and one cache for the whole test run, with empty data, and gives their URLs to the test
 * files through the environment. MYSQL_URL and REDIS_URL of the caller are used as they are.
 */
async function startForAllTests(): Promise<void> {
  const begin = performance.now()
  await removeAbandonedRuns()
  const directory = join(RUNS, `run-${process.pid}`)
  const engines = await startEngines({ dataDir: directory })
  const variables = ['MYSQL_URL', 'REDIS_URL'].filter(name => !process.env[name])
  leaveShared({ engines, directory, variables })
  process.env['MYSQL_URL'] = engines.mysqlUrl
  process.env['REDIS_URL'] = engines.redisUrl
  const seconds = ((performance.now() - begin) / 1000).toFixed(1)
  process.stderr.write(`${engines.mysql.version}, ${engines.redis.version}: ready in ${seconds} s\n`)
}

/** Ends the engines and removes the data of runs, and of single tests, that were killed before they could. */
async function removeAbandonedRuns(): Promise<void> {
  mkdirSync(RUNS, { recursive: true })
  for (const name of readdirSync(RUNS)) {
    const pid = Number(/^run-(\d+)/.exec(name)?.[1])
    if (!(pid > 0) || (pid !== process.pid && isAlive(pid))) continue
    const folders = ['.', 'mysql', 'redis'].map(engine => join(RUNS, name, engine))
    for (const folder of folders) await endOrphan(join(folder, 'pid'), folder)
    rmSync(join(RUNS, name), { recursive: true, force: true })
  }
}

// biome-ignore lint/style/noDefaultExport: Jest takes the setup from the default export.
export default startForAllTests
