import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Engine } from '../../knative/local/engines/engine.ts'
import { startMysql } from '../../knative/local/engines/start-mysql.ts'
import { startRedis } from '../../knative/local/engines/start-redis.ts'

const RUNS = fileURLToPath(new URL('../../.local/test', import.meta.url))

/** An engine for one test alone, to be stopped, killed and started again as the test likes. */
export interface OwnEngine {
  readonly engine: Engine
  /** Where its data and its log are. */
  readonly directory: string
  /** Ends it, whatever state it is in, and removes its data. */
  remove(): Promise<void>
}

/** A MySQL or MariaDB of the test's own, with an empty database `settle`; takes about 0.4 s. */
export function ownMysql(): Promise<OwnEngine> {
  return own('mysql', startMysql)
}

/** A Redis or Valkey of the test's own, empty; takes about 0.15 s. */
export function ownRedis(): Promise<OwnEngine> {
  return own('redis', startRedis)
}

async function own(name: string, start: typeof startMysql): Promise<OwnEngine> {
  const directory = await ownFolder(name)
  const engine = await start({ directory })
  const remove = async (): Promise<void> => {
    await engine.kill()
    await rm(directory, { recursive: true, force: true })
  }
  return { engine, directory, remove }
}

/** A new empty folder under `.local/test`; the next test run removes it if this one does not get to it. */
export async function ownFolder(name: string): Promise<string> {
  await mkdir(RUNS, { recursive: true })
  return await mkdtemp(join(RUNS, `run-${process.pid}-${name}-`))
}
