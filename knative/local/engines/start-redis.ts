import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { containerLaunch } from './docker.ts'
import type { Engine } from './engine.ts'
import type { Launch } from './launch.ts'
import { type EngineKind, obtain } from './obtain.ts'
import type { EnginePlan } from './private-engine.ts'
import { findRedisServer, REDIS_NAME, type RedisServer } from './redis-server.ts'
import type { PrivateEngineOptions } from './start-mysql.ts'
import { startOnFreePort } from './start-on-free-port.ts'
import { usualSurroundings } from './surroundings.ts'

const PROBE_LIMIT_MS = 2_000

const REDIS: EngineKind<RedisServer> = {
  name: 'Redis or Valkey',
  variable: 'REDIS_URL',
  packages: { debian: 'redis-tools', fedora: 'valkey', alpine: 'redis', arch: 'valkey', macos: 'redis' },
  find: findRedisServer,
}

/**
 * Starts a private Redis or Valkey without persistence, on the loopback address only. Stopping it loses what it
 * held, as losing a cache does. It cannot outlive this process. Throws `MissingEngine` or `StartFailure`.
 */
export async function startRedis(options: PrivateEngineOptions): Promise<Engine> {
  const directory = resolve(options.directory)
  const obtained = await obtain(REDIS, options.surroundings ?? usualSurroundings())
  await mkdir(directory, { recursive: true })
  return startOnFreePort(port =>
    plan(
      port,
      'docker' in obtained
        ? containerOf(obtained.docker, directory, port)
        : processOf(obtained.server, directory, port),
    ),
  )
}

// A copy of what the database holds: writing it to disk would cost time and prove nothing.
const NO_PERSISTENCE = ['--save', '', '--appendonly', 'no']

function processOf(server: RedisServer, directory: string, port: number): Launch {
  return {
    command: server.path,
    argv0: REDIS_NAME,
    args: [
      ...NO_PERSISTENCE,
      ...['--bind', '127.0.0.1', '--port', String(port), '--dir', directory],
      // Otherwise it overwrites its command line, by which a later run would know it again.
      ...['--set-proc-title', 'no'],
    ],
    log: join(directory, 'log'),
    pidFile: join(directory, 'pid'),
    mark: directory,
  }
}

function containerOf(docker: string, directory: string, port: number): Launch {
  return containerLaunch({
    docker,
    image: 'redis:7.2',
    directory,
    port,
    containerPort: 6379,
    dataPath: '/data',
    env: {},
    args: NO_PERSISTENCE,
    log: join(directory, 'log'),
    pidFile: join(directory, 'pid'),
  })
}

function plan(port: number, launch: Launch): EnginePlan {
  return {
    name: 'Redis',
    url: `redis://127.0.0.1:${port}`,
    launch,
    probe: () => redisVersion(port),
  }
}

/** The version a server on this port answers with: "Redis 7.0.15". Rejects when it does not answer. */
async function redisVersion(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.setTimeout(PROBE_LIMIT_MS, () => socket.destroy(new Error('no answer')))
  try {
    await once(socket, 'connect')
    socket.end('INFO server\r\nQUIT\r\n')
    const answer = Buffer.concat(await socket.toArray()).toString()
    const [, name, version] = /^(valkey|redis)_version:(\S+)/m.exec(answer) ?? []
    if (name === undefined) throw new Error(`not ready: ${answer.split('\r\n')[0]}`)
    return `${name === 'valkey' ? 'Valkey' : 'Redis'} ${version}`
  } finally {
    socket.destroy()
  }
}
