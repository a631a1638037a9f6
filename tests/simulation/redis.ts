import type { Redis } from 'ioredis'
import { LuaFactory } from 'wasmoon'
import type { World } from './world.ts'
import { current } from './world.ts'

type Entry = { readonly value: string; readonly expiresMs: number }

export type RedisFaults = {
  /** How likely a command fails for its caller; it is done before that, much later, or never. */
  failureProbability: number
}

/** Where the real scripts run: they are part of what is simulated. */
const lua = await new LuaFactory().createEngine()

/** After this long a command is given up by its caller. */
const TIMEOUT_MS = 200

/** One Redis: strings that expire, and the scripts of Settle as they are. */
export class SimulatedRedis {
  readonly faults: RedisFaults = { failureProbability: 0 }
  /** Told of each value that is set, and of what it replaces. */
  onSet: (key: string, value: string, before: string | null) => void = () => undefined
  readonly #world: World
  #entries = new Map<string, Entry>()
  #losses = 0

  constructor(world: World) {
    this.#world = world
  }

  /** What is there, as nobody but the simulation may look at it. */
  peek(key: string): string | undefined {
    return this.#get(key) ?? undefined
  }

  /** How often all was lost. */
  get losses(): number {
    return this.#losses
  }

  /** All is lost, and what was on its way, as by a failover to an empty replica: clients send nothing again. */
  lose(): void {
    this.#entries = new Map()
    this.#losses += 1
  }

  /** What the functions take for a client: as much of it as they use. */
  connect(): Redis {
    const client = {
      get: (key: string) => this.#ask(() => this.#get(key)),
      set: (...args: string[]) => this.#ask(() => this.#set(args)),
      eval: (script: string, keys: number, ...args: string[]) =>
        this.#ask(() => this.#run(script, keys, args)),
      defineCommand: (name: string, { lua: script }: { lua: string }) => {
        const command = (keys: number, ...args: string[]) => this.#ask(() => this.#run(script, keys, args))
        Object.assign(client, { [name]: command })
      },
      disconnect: () => undefined,
    }
    return client as unknown as Redis
  }

  #get(key: string): string | null {
    const entry = this.#entries.get(key)
    return entry !== undefined && entry.expiresMs > this.#world.nowMs ? entry.value : null
  }

  #set([key = '', value = '', ...options]: readonly string[]): string | null {
    if (options.includes('NX') && this.#get(key) !== null) return null
    const amount = (unit: string) => Number(options[options.indexOf(unit) + 1])
    const seconds = options.includes('EX') ? amount('EX') : amount('PX') / 1000
    const before = this.#get(key)
    this.#entries.set(key, { value: String(value), expiresMs: this.#world.nowMs + seconds * 1000 })
    if (!key.startsWith('lock:')) this.#world.note(() => `Redis: ${key} = ${describeCopy(value)}`)
    this.onSet(key, String(value), before)
    return 'OK'
  }

  /** Runs a script, in one go, as Redis does. */
  #run(script: string, keys: number, args: readonly unknown[]): unknown {
    const texts = args.map(String)
    lua.global.set('KEYS', texts.slice(0, keys))
    lua.global.set('ARGV', texts.slice(keys))
    // What is not there is false to a script.
    const call = (name: string, ...given: unknown[]) => this.#call(name, given.map(String)) ?? false
    lua.global.set('redis', { call })
    return lua.doStringSync(script)
  }

  #call(name: string, args: readonly string[]): unknown {
    const [key = ''] = args
    if (name === 'GET') return this.#get(key)
    if (name === 'SET') return this.#set(args)
    if (name === 'DEL') return Number(this.#entries.delete(key))
    if (name === 'PUBLISH') return 0
    throw new Error(`the simulated Redis does not know ${name}`)
  }

  #ask<T>(work: () => T): Promise<T> {
    const world = this.#world
    const asker = current()
    const losses = this.#losses
    const kind = world.pick(3)
    const what = `${asker?.name} gives up a Redis command that is done ${['never', 'at once', 'late'][kind]}`
    const fault = world.fault(what, this.faults.failureProbability) ? kind : undefined
    return new Promise((resolve, reject) => {
      const answer = (run: () => void, delayMs: number) => world.as(asker, () => world.schedule(delayMs, run))
      const later = (delayMs: number, run: () => void) =>
        world.as(undefined, () => world.schedule(delayMs, run))
      if (fault !== undefined) answer(() => reject(new Error('Command timed out')), TIMEOUT_MS)
      // Never, at once, or when its caller has long gone on.
      if (fault === 0) return
      later(fault === 2 ? world.random() * 5000 : world.random() * 2, () => {
        if (losses !== this.#losses) return void answer(() => reject(new Error('Connection is closed.')), 0)
        const value = work()
        if (fault === undefined) answer(() => resolve(value), world.random() * 2)
      })
    })
  }
}

/** Of a balance its version and how much it is, of a transaction its status. */
function describeCopy(copy: string): string {
  const parts = /^(\d+\|)?.*?("(status|balance)":[^,]+)/.exec(copy)
  return `${parts?.[1] ?? ''}${parts?.[2] ?? copy}`
}
