import { constants } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { containerLaunch } from './docker.ts'
import type { Engine } from './engine.ts'
import type { Launch } from './launch.ts'
import { makeWhole } from './make-whole.ts'
import { findMysqlServer, type MysqlServer } from './mysql-server.ts'
import { MYSQL_SETTINGS, runAsRoot } from './mysql-settings.ts'
import { mysqlTemplate } from './mysql-template.ts'
import { type EngineKind, obtain } from './obtain.ts'
import type { EnginePlan } from './private-engine.ts'
import { startOnFreePort } from './start-on-free-port.ts'
import { type Surroundings, usualSurroundings } from './surroundings.ts'
import { templateCache } from './template-cache.ts'

const DATABASE = 'settle'
const PROBE_LIMIT_MS = 2_000

/** How a database or cache of one's own is to be started. */
export interface PrivateEngineOptions {
  /** Holds data, log, socket and process id; made if missing, found again if it is there. */
  readonly directory: string
  /** What the server is told beside, and over, what is usual here. */
  readonly settings?: readonly string[]
  readonly surroundings?: Surroundings
}

const MYSQL: EngineKind<MysqlServer> = {
  name: 'MySQL or MariaDB',
  variable: 'MYSQL_URL',
  packages: {
    // The server and nothing else: no service is started, no system database is made.
    debian: 'mariadb-server-core',
    fedora: 'mariadb-server',
    alpine: 'mariadb',
    arch: 'mariadb',
    macos: 'mariadb',
  },
  find: findMysqlServer,
}

/**
 * Starts a private MySQL or MariaDB with an empty database `settle` (or the one left in `directory`), open to
 * `root` without a password on the loopback address only. It cannot outlive this process.
 * Throws `MissingEngine` or `StartFailure`.
 */
export async function startMysql(options: PrivateEngineOptions): Promise<Engine> {
  const directory = resolve(options.directory)
  // The last one wins.
  const settings = [...MYSQL_SETTINGS, ...(options.settings ?? [])]
  const obtained = await obtain(MYSQL, options.surroundings ?? usualSurroundings())
  await mkdir(join(directory, 'tmp'), { recursive: true })
  if ('docker' in obtained)
    return startOnFreePort(port => plan(port, containerOf(obtained.docker, { directory, port, settings })))
  const data = await dataDirectory(obtained.server, directory)
  await writeFile(join(directory, 'start.sql'), EVERY_START)
  return startOnFreePort(port => plan(port, processOf(obtained.server, { directory, data, port, settings })))
}

// Run by the server itself at every start, one statement a line. MySQL makes root@localhost only, which a
// connection from 127.0.0.1 does not match while names are not resolved.
const EVERY_START = `CREATE DATABASE IF NOT EXISTS ${DATABASE} CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS 'root'@'127.0.0.1' IDENTIFIED BY '';
GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
`

/** The server's data, named by what wrote it: MariaDB and MySQL cannot read each other's files. */
async function dataDirectory(server: MysqlServer, directory: string): Promise<string> {
  const release = server.version.split('.').slice(0, 2).join('.')
  const data = join(directory, `${server.flavour}-${release}`)
  await makeWhole(data, async unfinished => {
    const template = await mysqlTemplate(server, templateCache())
    await cp(template, unfinished, { recursive: true, mode: constants.COPYFILE_FICLONE })
  })
  return data
}

type Place = { readonly directory: string; readonly port: number; readonly settings: readonly string[] }

function processOf(
  server: MysqlServer,
  { directory, data, port, settings }: Place & { readonly data: string },
): Launch {
  return {
    command: server.path,
    args: [
      // First, or it is refused: no configuration of this machine's own server is read.
      '--no-defaults',
      ...runAsRoot(),
      `--datadir=${data}`,
      `--tmpdir=${join(directory, 'tmp')}`,
      `--secure-file-priv=${join(directory, 'tmp')}`,
      // Relative names are in the data directory. A socket's whole path may have 107 characters only.
      '--socket=settle.sock',
      '--pid-file=settle.pid',
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      `--init-file=${join(directory, 'start.sql')}`,
      ...settings,
    ],
    log: join(directory, 'log'),
    pidFile: join(directory, 'pid'),
    mark: data,
  }
}

function containerOf(docker: string, { directory, port, settings }: Place): Launch {
  return containerLaunch({
    docker,
    image: 'mysql:8.4',
    directory,
    port,
    containerPort: 3306,
    dataPath: '/var/lib/mysql',
    env: { MYSQL_ALLOW_EMPTY_PASSWORD: '1', MYSQL_ROOT_HOST: '%', MYSQL_DATABASE: DATABASE },
    args: settings,
    log: join(directory, 'log'),
    pidFile: join(directory, 'pid'),
  })
}

function plan(port: number, launch: Launch): EnginePlan {
  const url = `mysql://root@127.0.0.1:${port}/${DATABASE}`
  return { name: 'MySQL', url, launch, probe: () => mysqlVersion(url) }
}

/** The version a server answers with: "MariaDB 10.11.19", "MySQL 8.4.3". Rejects when it does not answer. */
async function mysqlVersion(url: string): Promise<string> {
  const connection = await createConnection({ uri: url, connectTimeout: PROBE_LIMIT_MS })
  try {
    const [rows] = await connection.query('SELECT VERSION() AS version')
    const said = JSON.stringify(rows)
    return `${said.includes('MariaDB') ? 'MariaDB' : 'MySQL'} ${/\d+\.\d+\.\d+/.exec(said)?.[0] ?? ''}`.trim()
  } finally {
    connection.destroy()
  }
}
