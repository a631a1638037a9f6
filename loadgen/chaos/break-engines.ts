import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Connection, createConnection } from 'mysql2/promise'
import type { Engine } from '../../knative/local/engines/engine.ts'
import type { ChaosStack } from './chaos-stack.ts'
import type { Break } from './make-faults.ts'
import { signalProcess } from './signal-process.ts'
import type { TcpProxy } from './tcp-proxy.ts'

/** What can happen to the process of an engine. */
export function breakEngine(engine: Engine): Record<'kill' | 'freeze', Break> {
  return {
    kill: async () => {
      await engine.kill()
      return { end: () => engine.start() }
    },
    freeze: async () => {
      const { pid } = engine
      signalProcess(pid, 'SIGSTOP')
      return { end: async () => void signalProcess(pid, 'SIGCONT') }
    },
  }
}

/** Between two attempts to take what has become free. */
const TAKE_MILLISECONDS = 50

/** Takes every connection that the database gives, those of the functions too, until it is ended. */
export function fillConnections(mysqlUrl: string, way: TcpProxy): Break {
  return async () => {
    const taken: Connection[] = []
    const state = { isOver: false }
    const take = async () => {
      const connection = await createConnection({ uri: mysqlUrl, connectTimeout: 1000 })
      connection.on('error', () => undefined)
      taken.push(connection)
    }
    const takeAll = async () => {
      // There is one more for whoever may administer the server.
      while (!state.isOver) await take().catch(() => pause(TAKE_MILLISECONDS))
    }
    const taking = Promise.all([takeAll(), takeAll()])
    way.cut()
    const end = async () => {
      state.isOver = true
      await taking
      for (const connection of taken) connection.destroy()
    }
    return { end }
  }
}

/** Makes the disk refuse what would make a file of the database larger. */
export function breakDisk({ disk, engines, folder }: ChaosStack): Break {
  return async () => {
    const { pid } = engines.mysql
    const directory = join(folder, 'engines', 'mysql')
    const [data] = readdirSync(directory).filter(name => /^(mariadb|mysql)-/.test(name))
    if (pid === undefined || data === undefined) throw new Error(`no database in ${directory}`)
    disk.set(pid, join(directory, data))
    return { end: async () => disk.lift(pid) }
  }
}
