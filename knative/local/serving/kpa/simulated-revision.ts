import { EventQueue } from './event-queue.ts'
import { Kpa, type KpaDecision, type KpaSettings } from './kpa.ts'
import { ACTIVATOR_DEPTH } from './queue-limits.ts'
import { emptySample, type SecondSample } from './second-sample.ts'
import type { SimulatedInstance, SimulatedRequest } from './simulated-instance.ts'
import { SimulatedInstances } from './simulated-instances.ts'
import { WaitingLine } from './waiting-line.ts'

const SECOND_MS = 1000

export type RevisionOptions = {
  readonly kpa: KpaSettings
  /** Cores that an instance may take; its one thread takes one at most. */
  readonly cpu: number
  readonly timeoutSeconds: number
  /** From the decision to have an instance to when it is ready. */
  readonly coldStartMs: number
}

type Event =
  | { readonly kind: 'done'; readonly instance: SimulatedInstance; readonly request: SimulatedRequest }
  | { readonly kind: 'ready' | 'quiet'; readonly instance: SimulatedInstance }

/**
 * One revision in virtual time: requests come, the autoscaler decides, instances start, work and end. Nothing is drawn
 * here: the same requests give the same seconds. Left out: the time that metrics and endpoints take to get around, which
 * is a second or two in a cluster, and a second revision.
 */
export class SimulatedRevision {
  readonly #options: RevisionOptions
  readonly #requests: Iterator<SimulatedRequest>
  readonly #kpa: Kpa
  readonly #instances: SimulatedInstances
  readonly #events = new EventQueue<Event>()
  readonly #held = new WaitingLine<SimulatedRequest>()
  readonly #seconds: SecondSample[] = []
  #arriving: SimulatedRequest | undefined
  #decision: KpaDecision
  #nowMs = 0
  #inProgress = 0
  /** Of this second, requests in progress times milliseconds. */
  #progressMs = 0
  /** Of the request that woke the revision: the autoscaler has been told of it already. */
  #reported = 0

  /** Requests must be in order of `atMs`, from 0 on. */
  constructor(options: RevisionOptions, requests: Iterator<SimulatedRequest>) {
    const { kpa, cpu } = options
    this.#options = options
    this.#requests = requests
    this.#kpa = new Kpa(kpa)
    this.#instances = new SimulatedInstances({ containerConcurrency: kpa.containerConcurrency, cpu })
    this.#arriving = this.#nextRequest()
    this.#decision = this.#kpa.decide(0, 0)
    this.#scale()
    this.#seconds.push(emptySample(this.#decision))
  }

  /** Every second since the begin, the one that has begun last; all are complete but for requests still in progress. */
  get seconds(): readonly SecondSample[] {
    return this.#seconds
  }

  /** Requests that have arrived and not been answered. */
  get inProgress(): number {
    return this.#inProgress
  }

  /** Lets time pass up to this moment, which must be a whole second. */
  advanceTo(endMs: number): void {
    while (this.#nowMs < endMs) {
      const secondMs = this.#seconds.length * SECOND_MS
      const arrivingMs = this.#arriving?.atMs ?? Number.POSITIVE_INFINITY
      const nextMs = Math.min(this.#events.nextMs, secondMs, arrivingMs)
      this.#passTo(nextMs)
      if (this.#events.nextMs === nextMs) this.#happen(this.#events.pop())
      else if (secondMs === nextMs) this.#endSecond()
      else this.#arrive()
    }
  }

  #passTo(nextMs: number): void {
    const passedMs = nextMs - this.#nowMs
    this.#progressMs += passedMs * this.#inProgress
    this.#second().instanceSeconds += (passedMs / SECOND_MS) * this.#instances.count
    this.#nowMs = nextMs
  }

  #endSecond(): void {
    const atMs = this.#nowMs
    this.#kpa.record(atMs, Math.max(0, this.#progressMs / SECOND_MS - this.#reported))
    this.#progressMs = 0
    this.#reported = 0
    if ((atMs / SECOND_MS) % this.#options.kpa.tickSeconds === 0) this.#decide()
    const { readyCount: ready, inFlight, queued } = this.#instances
    const { desired: wanted, isPanicking, activatorInPath } = this.#decision
    const measured = { wanted, ready, isPanicking, activatorInPath }
    Object.assign(this.#second(), { ...measured, inFlight, queued: queued + this.#held.length })
    this.#seconds.push(emptySample(this.#decision))
  }

  #decide(): void {
    this.#decision = this.#kpa.decide(this.#nowMs, this.#instances.readyCount)
    this.#scale()
  }

  #scale(): void {
    const { started, ended } = this.#instances.scaleTo(this.#decision.desired, this.#nowMs)
    for (const instance of started)
      this.#events.push(this.#nowMs + this.#options.coldStartMs, { kind: 'ready', instance })
    for (const instance of ended) this.#events.push(instance.goneMs, { kind: 'quiet', instance })
  }

  #happen(event: Event | undefined): void {
    if (event === undefined) return
    const { instance } = event
    if (event.kind === 'done') {
      instance.inFlight -= 1
      this.#answer(event.request)
    }
    if (event.kind === 'ready' && !this.#instances.becomeReady(instance)) return
    this.#fill(instance)
    this.#instances.releaseIfDone(instance, this.#nowMs)
  }

  #arrive(): void {
    const request = this.#arriving
    this.#arriving = this.#nextRequest()
    if (request === undefined) return
    if (this.#decision.desired === 0) this.#wake()
    const sample = this.#second()
    sample.arrived += 1
    if (this.#take(request)) this.#inProgress += 1
    else sample.refused += 1
  }

  /** The first request is told to the autoscaler at once. */
  #wake(): void {
    this.#kpa.record(this.#nowMs, 1)
    this.#reported = 1
    this.#decide()
  }

  /** Into a slot, or a queue; false if there is no place. */
  #take(request: SimulatedRequest): boolean {
    if (this.#decision.activatorInPath) {
      const free = this.#instances.free()
      if (free !== undefined) this.#serve(free, request)
      else if (this.#held.length < ACTIVATOR_DEPTH) this.#held.push(request)
      else return false
      return true
    }
    const instance = this.#instances.next()
    if (instance?.hasSlot) this.#serve(instance, request)
    else if (instance?.hasPlaceInQueue) instance.queue.push(request)
    else return false
    return true
  }

  /** Gives free slots to those that wait for this instance, and then to those that wait for any. */
  #fill(instance: SimulatedInstance): void {
    while (instance.hasSlot) {
      const next = instance.queue.shift() ?? (instance.state === 'ready' ? this.#held.shift() : undefined)
      if (next === undefined) return
      if (this.#isLate(next)) this.#answer(next)
      else this.#serve(instance, next)
    }
  }

  #serve(instance: SimulatedInstance, request: SimulatedRequest): void {
    this.#second().cpuSeconds += request.cpuMs / SECOND_MS
    this.#events.push(instance.serve(request, this.#nowMs), { kind: 'done', instance, request })
  }

  #answer(request: SimulatedRequest): void {
    this.#inProgress -= 1
    const sample = this.#second(request.atMs)
    if (this.#isLate(request)) sample.timedOut += 1
    else sample.latencies.push(this.#nowMs - request.atMs)
  }

  #isLate({ atMs }: SimulatedRequest): boolean {
    return this.#nowMs - atMs > this.#options.timeoutSeconds * SECOND_MS
  }

  #second(atMs?: number): SecondSample {
    const index = atMs === undefined ? this.#seconds.length - 1 : Math.floor(atMs / SECOND_MS)
    const sample = this.#seconds[index]
    if (sample === undefined) throw new Error(`the second of ${atMs} ms has not been simulated`)
    return sample
  }

  #nextRequest(): SimulatedRequest | undefined {
    const { done, value } = this.#requests.next()
    return done ? undefined : value
  }
}
