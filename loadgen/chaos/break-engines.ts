import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Connection, createConnection } from 'mysql2/promise'
import type { Engine } from '../../knative/local/engines/engine.ts'
import type { Break } from './break.ts'
import type { ChaosStack } from './chaos-stack.ts'
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
const TAKE_MILLISECONDS = 20

/** Takes every connection that the database gives, those of the functions too, until it is ended. */
export function fillConnections(mysqlUrl: string, way: TcpProxy): Break {
  return async () => {
    const taken: Connection[] = []
    const state = { isOver: false, refused: 0 }
    const take = async () => {
      const connection = await createConnection({ uri: mysqlUrl, connectTimeout: 1000 })
      connection.on('error', () => undefined)
      taken.push(connection)
    }
    const takeAll = async () => {
      while (!state.isOver) {
        await take().catch(() => {
          state.refused += 1
          return pause(TAKE_MILLISECONDS)
        })
      }
    }
    const untilRefused = async () => {
      for (const before = state.refused; state.refused === before; ) await pause(TAKE_MILLISECONDS)
    }
    const taking = takeAll()
    await untilRefused()
    // The functions are kept away until theirs have been taken as well.
    await way.refuse()
    way.cut()
    await untilRefused()
    await untilRefused()
    await way.open()
    const end = async () => {
      state.isOver = true
      await taking
      for (const connection of taken) connection.destroy()
    }
    return { end }
  }
}

/** What the database says in its log of a write that is refused. */
const REFUSED = ' is full'
const LOOK_MILLISECONDS = 100
/** A table of this size grows by 4 MB at a time: under the usual load each 17 s. */
const GROWTH_SECONDS = 20

/** Makes the disk refuse what would make a file of the database larger; resolves when it has refused something. */
export function breakDisk({ disk, engines, folder }: ChaosStack): Break {
  return async () => {
    const directory = join(folder, 'engines', 'mysql')
    const [data] = readdirSync(directory).filter(name => /^(mariadb|mysql)-/.test(name))
    const { pid } = engines.mysql
    if (pid === undefined || data === undefined) throw new Error(`no database in ${directory}`)
    const log = join(directory, 'log')
    const refusals = () => readFileSync(log, 'utf8').split(REFUSED).length
    const before = refusals()
    disk.set(pid, join(directory, data))
    const deadlineMs = performance.now() + GROWTH_SECONDS * 1000
    while (refusals() === before && performance.now() < deadlineMs) await pause(LOOK_MILLISECONDS)
    return { sinceMs: performance.now(), end: async () => disk.lift(pid) }
  }
}
