import { spawnSync } from 'node:child_process'
import { findPrograms, type SearchPlaces } from './find-program.ts'

/** An installed cache server. */
export interface RedisServer {
  readonly path: string
  /** Three numbers: "7.0.15". */
  readonly version: string
}

/** The program decides by the name it is called by what it is; this one makes it the server. */
export const REDIS_NAME = 'redis-server'

// Debian and Ubuntu ship the server program inside redis-tools under the name redis-check-rdb: the same file as
// redis-server, which is only a link to it, without a service that would start at once.
const NAMES = ['redis-server', 'valkey-server', 'redis-check-rdb', 'valkey-check-rdb']

/** The first installed program that turns out to be a server of version 6.2 or newer. */
export function findRedisServer(places: SearchPlaces): RedisServer | undefined {
  for (const path of findPrograms(NAMES, places)) {
    const said = spawnSync(path, ['--version'], { argv0: REDIS_NAME, encoding: 'utf8' }).stdout ?? ''
    const version = /\bserver v=(\d+\.\d+\.\d+)/i.exec(said)?.[1]
    if (version !== undefined && isNewEnough(version)) return { path, version }
  }
  return undefined
}

// `--set-proc-title` came with 6.2.
function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 6 || (major === 6 && minor >= 2)
}
