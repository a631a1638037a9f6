import { setTimeout as pause } from 'node:timers/promises'
import { Pool } from 'undici'
import { freePort } from '../engines/free-port.ts'
import { type StartingChild, spawnChild } from './child.ts'
import { InstanceQueue } from './instance-queue.ts'

/**
 * Without a new request for this long it has taken all it was sent, and can be told to finish. Knative waits 30 s, since its routers go on
 * sending for a while; here nothing is sent any more, and only what is on its way has to arrive.
 */
const QUIET_MILLISECONDS = 1000
const LOOK_MILLISECONDS = 20

export type InstanceOptions = {
  readonly name: string
  /** File to run. */
  readonly entry: string
  readonly env: Readonly<Record<string, string>>
  readonly logFile: string
  readonly containerConcurrency: number
  readonly timeoutSeconds: number
}

/** One process of a function, with its queue in front. */
export class Instance {
  readonly #options: InstanceOptions
  readonly port: number
  readonly child: StartingChild
  readonly queue: InstanceQueue
  /** Sends it requests, over as many connections as there are requests, for as long as they take. */
  readonly #client: Pool

  private constructor(options: InstanceOptions, port: number, onFree: () => void) {
    const { name, entry, env, logFile } = options
    this.#options = options
    this.port = port
    this.child = spawnChild({
      args: [entry],
      env: { ...env, FUNCTION_TARGET: name, PORT: String(port) },
      logFile,
      isReady: () => isHealthy(port),
    })
    this.#client = new Pool(`http://127.0.0.1:${port}`, { headersTimeout: 0, bodyTimeout: 0 })
    this.queue = new InstanceQueue({
      ...options,
      client: this.#client,
      onFree,
      onDoubt: () => void this.#lookAgain(),
    })
    void this.child.exited.then(() => this.#dispose())
  }

  /** Starts a process; `child.ready` tells when it may get requests. */
  static async spawn(options: InstanceOptions, onFree: () => void): Promise<Instance> {
    return new Instance(options, await freePort(), onFree)
  }

  /**
   * Ends it without losing a request, once it gets no new ones: those that wait are begun, then it is told to finish (SIGTERM), and what
   * is not over after timeoutSeconds is cut off (SIGKILL). Resolves when it has ended.
   */
  async finish(): Promise<void> {
    const deadlineMs = performance.now() + this.#options.timeoutSeconds * 1000
    while (!this.child.hasExited && this.#isOnItsWay() && performance.now() < deadlineMs)
      await pause(LOOK_MILLISECONDS)
    await this.child.stop(deadlineMs - performance.now())
  }

  /** The connection of one request can break, or the process be gone before anybody has told us. */
  async #lookAgain(): Promise<void> {
    while (!this.child.hasExited) {
      if (await isHealthy(this.port)) return this.queue.trust()
      await pause(LOOK_MILLISECONDS)
    }
  }

  #isOnItsWay(): boolean {
    const { waiting, inFlight, lastSentMs } = this.queue
    return waiting > 0 || (inFlight > 0 && performance.now() - lastSentMs < QUIET_MILLISECONDS)
  }

  #dispose(): void {
    this.queue.refuseWaiting(`an instance of ${this.#options.name} has ended`)
    void this.#client.destroy()
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
