import { fileURLToPath } from 'node:url'
import { Pool } from 'undici'
import { freePort } from '../engines/free-port.ts'
import { type Child, startChild } from './child.ts'

const ENTRY = fileURLToPath(new URL('../../../functions/start.ts', import.meta.url))
/** Between two starts of an instance that keeps ending, so that a broken one does not spin. */
const RESTART_MILLISECONDS = 500

export type PoolOptions = {
  readonly name: string
  readonly instances: number
  readonly env: Readonly<Record<string, string>>
  readonly logFile: string
}

/** `client` sends it requests, over as many connections as there are requests, for as long as they take. */
export type Instance = { readonly port: number; readonly child: Child; readonly client: Pool }

/** The instances of one function: as many as it should have, started again when one ends by itself. */
export class FunctionPool {
  readonly #options: PoolOptions
  #env: Readonly<Record<string, string>>
  #instances: Instance[] = []
  #next = 0
  #closing = false

  constructor(options: PoolOptions) {
    this.#options = options
    this.#env = options.env
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
    return this.#instances
  }

  /** Resolves when every instance is ready. */
  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.instances }, () => this.#startInstance()))
  }

  /** The next ready instance, in turn; undefined while there is none. */
  pick(): Instance | undefined {
    this.#next += 1
    return this.#instances[this.#next % this.#instances.length]
  }

  /**
   * Goes over to new processes, as a deployment does: when they are ready the old ones get no more requests, and finish what
   * they have. What is given differs from `env`, until the next time.
   */
  async roll(different: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#env = { ...this.#options.env, ...different }
    const old = [...this.#instances]
    await this.start()
    this.#instances = this.#instances.filter(instance => !old.includes(instance))
    await Promise.all(old.map(({ child }) => child.stop()))
  }

  async close(): Promise<void> {
    this.#closing = true
    await Promise.all(this.#instances.map(({ child }) => child.stop()))
  }

  async #startInstance(): Promise<void> {
    const { name, logFile } = this.#options
    const port = await freePort()
    const child = await startChild({
      args: [ENTRY],
      env: { ...this.#env, FUNCTION_TARGET: name, PORT: String(port) },
      logFile,
      isReady: () => isHealthy(port),
    })
    const client = new Pool(`http://127.0.0.1:${port}`, { headersTimeout: 0, bodyTimeout: 0 })
    const instance = { port, child, client }
    if (this.#closing) return await child.stop()
    this.#instances.push(instance)
    void child.exited.then(() => this.#replace(instance))
  }

  async #replace(ended: Instance): Promise<void> {
    const isMissed = this.#instances.includes(ended)
    this.#instances = this.#instances.filter(instance => instance !== ended)
    void ended.client.destroy()
    // One that another has taken the place of was to end.
    if (!isMissed) return
    while (!this.#closing) {
      try {
        return await this.#startInstance()
      } catch {
        await new Promise(resolve => setTimeout(resolve, RESTART_MILLISECONDS))
      }
    }
  }
}

async function isHealthy(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(1000) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}
