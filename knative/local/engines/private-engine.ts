import { closeSync, openSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { endOrphan } from './end-orphan.ts'
import type { Engine } from './engine.ts'
import type { Launch } from './launch.ts'
import { describeExit, StartFailure } from './start-failure.ts'
import { type SupervisedProcess, startSupervised } from './supervised-process.ts'

const PROBE_EVERY_MS = 15
// Crash recovery of a large redo log on a slow disk is the longest start there is.
const READY_LIMIT_MS = 60_000

/** What has to be known of an engine to run it. */
export interface EnginePlan {
  /** Its name in messages. */
  readonly name: string
  readonly url: string
  readonly launch: Launch
  /** Talks to the server as a client would; returns its version, rejects while it is not ready. */
  readonly probe: () => Promise<string>
}

/** An engine that runs as a private process of this one. */
export class PrivateEngine implements Engine {
  readonly url: string
  version = ''
  readonly #plan: EnginePlan
  #process: SupervisedProcess | undefined

  constructor(plan: EnginePlan) {
    this.#plan = plan
    this.url = plan.url
  }

  get pid(): number | undefined {
    return this.#process?.exit() === undefined ? this.#process?.pid : undefined
  }

  /** Starts the server and waits until it answers. Throws `StartFailure` with the end of its log. */
  async start(): Promise<void> {
    if (this.pid !== undefined) throw new Error(`${this.#plan.name} runs already.`)
    const { launch } = this.#plan
    await endOrphan(launch.pidFile, launch.mark)
    closeSync(openSync(launch.log, 'w'))
    this.#process = await startSupervised(launch)
    this.version = await this.#ready(this.#process)
  }

  async stop(): Promise<void> {
    if (this.pid !== undefined) await this.#process?.stop()
  }

  async kill(): Promise<void> {
    if (this.pid !== undefined) await this.#process?.kill()
  }

  async #ready(running: SupervisedProcess): Promise<string> {
    const { name, launch, probe } = this.#plan
    const deadline = Date.now() + READY_LIMIT_MS
    for (;;) {
      const answer = await probe().catch((error: Error) => error)
      if (typeof answer === 'string') return answer
      const exit = running.exit()
      if (exit !== undefined) throw new StartFailure(name, describeExit(exit), launch.log)
      if (Date.now() > deadline) {
        await running.kill()
        throw new StartFailure(name, `no answer within ${READY_LIMIT_MS} ms (${answer.message})`, launch.log)
      }
      await Promise.race([delay(PROBE_EVERY_MS), running.ended])
    }
  }
}
