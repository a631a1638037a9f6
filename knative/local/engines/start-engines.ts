import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { endOrphan } from './end-orphan.ts'
import type { Engine } from './engine.ts'
import { givenEngine } from './given-engine.ts'
import { ownDirectory } from './own-directory.ts'
import { startMysql } from './start-mysql.ts'
import { startRedis } from './start-redis.ts'
import { type Surroundings, usualSurroundings } from './surroundings.ts'

/** A database and a cache, ready for use. */
export interface Engines {
  readonly mysqlUrl: string
  readonly redisUrl: string
  readonly mysql: Engine
  readonly redis: Engine
  /** Stops what was started here and lets go of the data directory; what was given by URL stays as it is. */
  close(): Promise<void>
}

/** Where the engines keep their data, and what they are started with. */
export interface EnginesOptions {
  /** Belongs to one run at a time. */
  readonly dataDir: string
  /** True begins with empty data, whatever an earlier run has left there. */
  readonly fresh?: boolean
  /** What a private database is told beside, and over, what is usual here. */
  readonly mysqlSettings?: readonly string[]
  readonly surroundings?: Surroundings
}

/**
 * Gives a database and a cache: those of MYSQL_URL and REDIS_URL where set, else private processes with their
 * data in `dataDir`. Throws when another run uses that directory, when no server can be had (`MissingEngine`:
 * the message says what to install) or when one does not start (`StartFailure`: with the end of its log);
 * whichever it is, nothing is left running.
 */
export async function startEngines(options: EnginesOptions): Promise<Engines> {
  const surroundings = options.surroundings ?? usualSurroundings()
  const dataDir = resolve(options.dataDir)
  const release = ownDirectory(dataDir)
  if (options.fresh === true) await removeData(dataDir)
  const engine = (variable: string, start: typeof startMysql, name: string): Promise<Engine> => {
    const url = surroundings.env[variable]
    if (url) return Promise.resolve(givenEngine(variable, url))
    return start({ directory: join(dataDir, name), surroundings })
  }
  const { mysqlSettings: settings = [] } = options
  const started = await Promise.allSettled([
    engine('MYSQL_URL', own => startMysql({ ...own, settings }), 'mysql'),
    engine('REDIS_URL', startRedis, 'redis'),
  ])
  const close = async (): Promise<void> => {
    const engines = started.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
    await Promise.all(engines.filter(one => one.pid !== undefined).map(one => one.stop()))
    release()
  }
  const [mysql, redis] = started
  if (mysql.status === 'rejected' || redis.status === 'rejected') {
    await close()
    throw allFailures(started)
  }
  return {
    mysqlUrl: mysql.value.url,
    redisUrl: redis.value.url,
    mysql: mysql.value,
    redis: redis.value,
    close,
  }
}

/** Ends what a crashed run left running on the data before it takes the data away. */
async function removeData(dataDir: string): Promise<void> {
  for (const folder of ['mysql', 'redis'].map(name => join(dataDir, name))) {
    await endOrphan(join(folder, 'pid'), folder)
    await rm(folder, { recursive: true, force: true })
  }
}

/** The failures as one error, so that nobody installs one engine only to be told of the other. */
function allFailures(started: readonly PromiseSettledResult<Engine>[]): Error {
  const failures: Error[] = started.flatMap(one => (one.status === 'rejected' ? [one.reason] : []))
  const [first] = failures
  if (first !== undefined && failures.length === 1) return first
  return new AggregateError(failures, failures.map(({ message }) => message).join('\n\n'))
}
