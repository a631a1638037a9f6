import type { GuardedRoutes } from '../../lib/auth/access.ts'
import type { Caller } from '../../lib/auth/caller.ts'
import type { HttpResponse } from '../../lib/http/message.ts'
import { TransientError } from '../../lib/retry/retry-transient.ts'
import { current, Process, type World } from './world.ts'

export type Instance = { readonly process: Process; readonly routes: GuardedRoutes }

/** Makes a function's routes, as its process. */
type Start = () => GuardedRoutes

/** How many instances of each function there are, and what makes one. */
export type Starts = Readonly<Record<string, { readonly start: Start; readonly count: number }>>

export type Call = {
  readonly route: string
  readonly params?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
}

/** One that nobody restricts: what is whose is not what is simulated. */
const EVERYBODY: Caller = { id: 'caller', scopes: new Set(['transactions:write', 'read', 'ops', 'all']) }
const RESTART_MS = 2000

/** The instances of each function: they are called over a network, die, and are started again. */
export class Cluster {
  /** What was thrown and is no passing fault: a bug, whatever else comes of it. */
  readonly bugs: string[] = []
  readonly #world: World
  readonly #starts: Starts
  readonly #pools = new Map<string, Instance[]>()
  #started = 0

  constructor(world: World, starts: Starts) {
    this.#world = world
    this.#starts = starts
    for (const [name, { count }] of Object.entries(starts)) {
      this.#pools.set(name, [])
      for (let index = 0; index < count; index += 1) this.#startOne(name)
    }
  }

  get instances(): readonly Instance[] {
    return [...this.#pools.values()].flat()
  }

  /** Ends one without a word; another takes its place. */
  kill(instance: Instance): void {
    instance.process.kill()
    this.#world.note(() => `${instance.process.name} is dead`)
    for (const [name, pool] of this.#pools) {
      const place = pool.indexOf(instance)
      if (place < 0) continue
      pool.splice(place, 1)
      this.#world.as(undefined, () => this.#world.schedule(RESTART_MS, () => this.#startOne(name)))
    }
  }

  /** Sends a request to any of a function's instances. Throws when there is none, or it dies over it. */
  call(name: string, call: Call): Promise<HttpResponse> {
    const world = this.#world
    const asker = current()
    return new Promise((resolve, reject) => {
      const answer = (run: () => void) => world.as(asker, () => world.schedule(world.random() * 5, run))
      const arrive = (): void => {
        const pool = this.#pools.get(name) ?? []
        const instance = pool[world.pick(pool.length)]
        if (instance === undefined) {
          answer(() => reject(new Error(`nobody serves ${name}`)))
          return
        }
        instance.process.onDeath(() => answer(() => reject(new Error('ECONNRESET'))))
        void world.as(instance.process, async () => {
          const response = await this.#handle(name, instance, call)
          answer(() => resolve(response))
        })
      }
      world.as(undefined, () => world.schedule(world.random() * 5, arrive))
    })
  }

  async #handle(
    name: string,
    instance: Instance,
    { route, params = {}, headers = {}, body }: Call,
  ): Promise<HttpResponse> {
    const found = instance.routes[route]
    if (found === undefined) throw new Error(`${name} has no ${route}`)
    const [method = '', path = ''] = route.split(' ')
    const request = {
      method,
      path,
      params,
      headers,
      query: new URLSearchParams(),
      body: body ?? Buffer.alloc(0),
    }
    // Who only reads, and the sweeper, are seen by what they change.
    const isNoted = method === 'POST' && name !== 'sweeper'
    const note = (what: string) => isNoted && this.#world.note(() => `${instance.process.name} ${what}`)
    note(`takes ${path} ${describeBody(request.body)}`)
    try {
      const response = await found.handle(request, EVERYBODY)
      note(`answers ${response.status}`)
      return response
    } catch (error) {
      if (error instanceof TransientError) return { status: 503 }
      this.bugs.push(`${name} ${route}: ${error instanceof Error ? error.stack : error}`)
      return { status: 500 }
    }
  }

  #startOne(name: string): void {
    const start = this.#starts[name]?.start
    if (start === undefined) return
    this.#started += 1
    const process = new Process(`${name}-${this.#started}`)
    this.#world.note(() => `${process.name} starts`)
    this.#pools.get(name)?.push({ process, routes: this.#world.as(process, start) })
  }
}

/** What a push carries, or what is posted. */
function describeBody(body: Buffer): string {
  if (body.length === 0) return ''
  const parsed = JSON.parse(body.toString()) as { message?: { data: string } }
  return parsed.message ? Buffer.from(parsed.message.data, 'base64').toString() : body.toString()
}
