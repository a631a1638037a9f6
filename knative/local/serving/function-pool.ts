import { fileURLToPath } from 'node:url'
import type { Exchange } from './exchange.ts'
import type { Instance, InstanceOptions } from './instance.ts'
import { Revision, type RevisionOptions, type ServedState } from './revision.ts'

const ENTRY = fileURLToPath(new URL('../../../functions/start.ts', import.meta.url))

export type { Instance } from './instance.ts'

export type PoolOptions = Omit<RevisionOptions, 'entry'> & Partial<Pick<InstanceOptions, 'entry'>>

/** One function: the revision that gets its requests, and those before it that still finish theirs. */
export class FunctionPool {
  readonly #options: RevisionOptions
  readonly #revisions = new Set<Revision>()
  #current: Revision

  constructor(options: PoolOptions) {
    this.#options = { entry: ENTRY, ...options }
    this.#current = this.#makeRevision(this.#options.env)
  }

  get name(): string {
    return this.#options.name
  }

  /** As its manifest and the stack give it. */
  get env(): Readonly<Record<string, string>> {
    return this.#options.env
  }

  /** Those that are ready. */
  get instances(): readonly Instance[] {
    return this.#current.instances
  }

  /** Requests that are not answered yet, in all of its revisions. */
  get inFlight(): number {
    return [...this.#revisions].reduce((sum, { inFlight }) => sum + inFlight, 0)
  }

  /** Those of them that wait for an instance. */
  get held(): number {
    return this.#current.held
  }

  /** How the revision stands that gets its requests. */
  get state(): ServedState {
    return this.#current.state
  }

  /** Resolves when every instance that it begins with is ready. */
  async start(): Promise<void> {
    await this.#current.start()
  }

  /** Answers a request, sooner or later. */
  take(exchange: Exchange): void {
    this.#current.take(exchange)
  }

  /**
   * Goes over to a new revision, as a deployment does: when that is ready the old one gets no more requests, and finishes what
   * it has. What is given differs from `env`, until the next time. Rejects if the new one does not become ready; the old one stays then.
   */
  async roll(different: Readonly<Record<string, string>> = {}): Promise<void> {
    const next = this.#makeRevision({ ...this.env, ...different })
    try {
      await next.start()
    } catch (error) {
      await this.#end(next, next.close())
      throw error
    }
    const old = this.#current
    this.#current = next
    await this.#end(old, old.retire(next))
  }

  async close(): Promise<void> {
    await Promise.all([...this.#revisions].map(revision => revision.close()))
  }

  #makeRevision(env: Readonly<Record<string, string>>): Revision {
    const revision = new Revision({ ...this.#options, env })
    this.#revisions.add(revision)
    return revision
  }

  async #end(revision: Revision, ending: Promise<void>): Promise<void> {
    await ending
    this.#revisions.delete(revision)
  }
}
