import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { requestCallerToken } from '../../knative/local/caller-issuer.ts'
import { type Engines, startEngines } from '../../knative/local/engines/start-engines.ts'
import { PROJECT_ID, type Stack, startStack } from '../../knative/local/stack.ts'
import { ExpectedError } from '../command/expected-error.ts'
import type { PubsubPlace } from '../service/producer.ts'
import { type DiskLimit, diskLimit } from './disk-limit.ts'
import { type Missing, missingKinds } from './missing-kinds.ts'
import { TcpProxy } from './tcp-proxy.ts'

const FOLDER = fileURLToPath(new URL('../../.local/chaos', import.meta.url))

/** So few that others can take them all. The functions of one stack have 24, and as many again while they roll out. */
const MOST_CONNECTIONS = 64
/** Smaller than the tables soon are, so that a limit which these meet leaves the log alone. */
const LOG_SIZE = '8M'

/** Settle on engines of its own, with a way to each of them that can be broken. */
export type ChaosStack = {
  readonly stack: Stack
  readonly engines: Engines
  readonly ways: { readonly database: TcpProxy; readonly cache: TcpProxy }
  readonly disk: DiskLimit
  /** The kinds of faults that cannot be had here, and why. */
  readonly missing: Missing
  readonly token: string
  readonly pubsub: PubsubPlace
  /** Where its data and its logs are. */
  readonly folder: string
  close(): Promise<void>
}

/** Starts it on empty data. Refuses engines that somebody gives: it is going to kill them. */
export async function startChaosStack(onStep: (step: string) => void): Promise<ChaosStack> {
  for (const variable of ['MYSQL_URL', 'REDIS_URL'])
    if (process.env[variable])
      throw new ExpectedError(
        `${variable} is set, and chaos kills its engines: unset it, and it starts its own.`,
      )
  const closers: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    onStep('database and cache')
    const disk = diskLimit(FOLDER)
    const engines = await startEngines({
      dataDir: join(FOLDER, 'engines'),
      fresh: true,
      surroundings: disk.surroundings,
      mysqlSettings: [`--max-connections=${MOST_CONNECTIONS}`, `--loose-innodb-log-file-size=${LOG_SIZE}`],
    })
    closers.push(() => engines.close())
    const listen = async (url: string) => {
      const proxy = await TcpProxy.listen(Number(new URL(url).port))
      closers.push(() => proxy.close())
      return proxy
    }
    const { mysqlUrl, redisUrl } = engines
    const ways = { database: await listen(mysqlUrl), cache: await listen(redisUrl) }
    const stack = await startStack({
      folder: join(FOLDER, 'stack'),
      ...{ mysqlUrl: through(ways.database, mysqlUrl), redisUrl: through(ways.cache, redisUrl) },
      ...{ port: 0, onStep },
    })
    closers.push(() => stack.close())
    const token = await requestCallerToken(stack.issuer.url)
    const pubsub = { host: stack.pubsub.host, projectId: PROJECT_ID }
    const missing = missingKinds(disk)
    return { stack, engines, ways, disk, missing, token, pubsub, folder: FOLDER, close }
  } catch (error) {
    await close()
    throw error
  }
}

function through(way: TcpProxy, url: string): string {
  const changed = new URL(url)
  changed.port = String(way.port)
  return String(changed)
}
