import { spawnSync } from 'node:child_process'
import { findPrograms, type SearchPlaces } from './find-program.ts'

/** An installed database server. */
export interface MysqlServer {
  readonly flavour: 'mariadb' | 'mysql'
  readonly path: string
  /** Three numbers: "10.11.19". */
  readonly version: string
}

// The SQL needs SKIP LOCKED, CHECK constraints and JSON_TABLE: MySQL 8.0.16, MariaDB 10.6.
const LEAST = { mariadb: [10, 6], mysql: [8, 0] } as const

/** The first installed server that is new enough; MariaDB's own name is looked for first. */
export function findMysqlServer(places: SearchPlaces): MysqlServer | undefined {
  for (const path of findPrograms(['mariadbd', 'mysqld'], places)) {
    const said = spawnSync(path, ['--no-defaults', '--version'], { encoding: 'utf8' }).stdout ?? ''
    const server = readVersion(path, said)
    if (server !== undefined && isNewEnough(server)) return server
  }
  return undefined
}

/** Reads "mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for …" and "/usr/sbin/mysqld  Ver 8.4.3 for …". */
function readVersion(path: string, said: string): MysqlServer | undefined {
  const version = /\bVer (\d+\.\d+\.\d+)/.exec(said)?.[1]
  if (version === undefined) return undefined
  return { flavour: said.includes('MariaDB') ? 'mariadb' : 'mysql', path, version }
}

function isNewEnough({ flavour, version }: MysqlServer): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor, leastMinor] = LEAST[flavour]
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
}
