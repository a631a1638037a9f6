import { setTimeout as pause } from 'node:timers/promises'
import type { Instance } from './instance.ts'
import type { InstanceQueue } from './instance-queue.ts'

/** Between two starts of an instance that keeps ending, so that a broken one does not spin. */
const RESTART_MILLISECONDS = 500

export type InstanceSetOptions = {
  readonly spawn: () => Promise<Instance>
  /** Told of each that takes requests from now on. */
  readonly onReady: () => void
}

/** An instance that is not ready yet; one that is not wanted any more is taken back. */
type Start = { instance?: Instance; isTakenBack: boolean }

/** Keeps as many instances running as are wanted: starts what is missing, lets what is too much finish, replaces what dies. */
export class InstanceSet {
  readonly #options: InstanceSetOptions
  #wanted = 0
  #starting: Start[] = []
  #ready: readonly Instance[] = []
  #readyQueues: readonly InstanceQueue[] = []
  readonly #work = new Set<Promise<void>>()
  readonly #finishing = new Set<Instance>()
  #isClosing = false

  constructor(options: InstanceSetOptions) {
    this.#options = options
  }

  get wanted(): number {
    return this.#wanted
  }

  get ready(): readonly Instance[] {
    return this.#ready
  }

  get readyQueues(): readonly InstanceQueue[] {
    return this.#readyQueues
  }

  /** Resolves when the first ones are ready; rejects if one cannot be started. */
  async begin(wanted: number): Promise<void> {
    this.#wanted = wanted
    await Promise.all(Array.from({ length: wanted }, () => this.#keep(this.#start())))
  }

  scaleTo(wanted: number): void {
    this.#wanted = wanted
    this.#startMissing()
    for (let surplus = this.#surplus; surplus > 0; surplus -= 1) this.#dropOne()
  }

  /** Resolves when all that starts or finishes now has done so. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#work)
  }

  /** Ends all of them, and what is still to start. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#wanted = 0
    const all = [...this.#ready, ...this.#finishing]
    this.#setReady([])
    while (this.#starting.length > 0) this.#takeBack()
    await Promise.all([...all.map(({ child }) => child.stop()), this.ended()])
  }

  get #surplus(): number {
    return this.#ready.length + this.#starting.length - this.#wanted
  }

  #startMissing(): void {
    for (let missing = -this.#surplus; missing > 0; missing -= 1)
      void this.#keep(this.#start()).catch(async () => {
        await pause(RESTART_MILLISECONDS)
        if (!this.#isClosing) this.#startMissing()
      })
  }

  /** Rejects if it ends before it is ready, unless it was taken back. */
  async #start(): Promise<void> {
    const start: Start = { isTakenBack: false }
    this.#starting.push(start)
    try {
      start.instance = await this.#options.spawn()
      if (start.isTakenBack) void start.instance.child.kill()
      await start.instance.child.ready
    } catch (error) {
      if (!start.isTakenBack) throw error
      return
    } finally {
      this.#starting = this.#starting.filter(other => other !== start)
    }
    const { instance } = start
    if (start.isTakenBack) return await instance.child.kill()
    this.#setReady([...this.#ready, instance])
    void instance.child.exited.then(() => this.#replace(instance))
    this.#options.onReady()
  }

  /** One that was let go of before it ended needs no other. */
  #replace(ended: Instance): void {
    if (!this.#ready.includes(ended)) return
    this.#setReady(this.#ready.filter(instance => instance !== ended))
    this.#startMissing()
  }

  /** First one that nobody has sent anything to, then the one that came last. */
  #dropOne(): void {
    if (this.#takeBack()) return
    const instance = this.#ready.at(-1)
    if (instance === undefined) return
    this.#setReady(this.#ready.slice(0, -1))
    this.#finishing.add(instance)
    void this.#keep(instance.finish()).finally(() => this.#finishing.delete(instance))
  }

  #takeBack(): boolean {
    const start = this.#starting.pop()
    if (start === undefined) return false
    start.isTakenBack = true
    void start.instance?.child.kill()
    return true
  }

  #setReady(ready: readonly Instance[]): void {
    this.#ready = ready
    this.#readyQueues = ready.map(({ queue }) => queue)
  }

  #keep(work: Promise<void>): Promise<void> {
    this.#work.add(work)
    const forget = () => void this.#work.delete(work)
    work.then(forget, forget)
    return work
  }
}
