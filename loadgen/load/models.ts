import { setTimeout as pause } from 'node:timers/promises'
import { drawGap } from './draw.ts'

export type Span = {
  /** Milliseconds of `performance.now()`. */
  readonly beginMs: number
  readonly seconds: number
  readonly interrupted: AbortSignal
}

/** Sends one; calls back when it has been answered. */
export type Send = (intendedMs: number, onAnswered: () => void) => void

export type OpenModel = Span & {
  /** Arrivals a second, of a Poisson process. */
  readonly perSecond: number
  readonly seed: number
  readonly purpose: number
  /** Most that may be unanswered. */
  readonly most: number
  readonly send: Send
  /** Told of an arrival that came while there were that many: it is not sent, now or later. */
  readonly onShed: () => void
}

/**
 * Sends when it is time to, whatever has been answered, and answers when all has been. An arrival that is late, because
 * this process was busy, is sent with the time that it was meant for.
 */
export async function sendAtRate(model: OpenModel): Promise<void> {
  const { beginMs, seconds, interrupted, perSecond, seed, purpose, most, send, onShed } = model
  const unanswered = new Unanswered()
  const endMs = beginMs + seconds * 1000
  let arrival = 0
  let dueMs = beginMs + drawGap(perSecond, seed, arrival, purpose)
  while (dueMs < endMs && !interrupted.aborted) {
    const nowMs = performance.now()
    while (dueMs <= nowMs && dueMs < endMs && !interrupted.aborted) {
      if (unanswered.count >= most) onShed()
      else unanswered.start(onAnswered => send(dueMs, onAnswered))
      arrival += 1
      dueMs += drawGap(perSecond, seed, arrival, purpose)
    }
    await pause(Math.max(1, Math.min(dueMs, endMs) - performance.now()))
  }
  await unanswered.end()
  interrupted.throwIfAborted()
}

export type ClosedModel = Span & {
  /** Each sends its next one when its last has been answered. */
  readonly connections: number
  readonly send: Send
}

/** Sends as fast as it is answered. */
export async function sendWhenAnswered(model: ClosedModel): Promise<void> {
  const { beginMs, seconds, interrupted, connections, send } = model
  await pause(Math.max(0, beginMs - performance.now()))
  const endMs = beginMs + seconds * 1000
  const unanswered = new Unanswered()
  const next = (): void => {
    // A timer may be a moment early.
    const nowMs = Math.max(performance.now(), beginMs)
    if (nowMs >= endMs || interrupted.aborted) return
    unanswered.start(onAnswered =>
      send(nowMs, () => {
        onAnswered()
        next()
      }),
    )
  }
  for (let connection = 0; connection < connections; connection += 1) next()
  while (performance.now() < endMs && !interrupted.aborted) await pause(20)
  await unanswered.end()
  interrupted.throwIfAborted()
}

/** Counts what is under way. */
class Unanswered {
  #count = 0
  #wake = (): void => undefined

  get count(): number {
    return this.#count
  }

  start(send: (onAnswered: () => void) => void): void {
    this.#count += 1
    send(() => {
      this.#count -= 1
      if (this.#count === 0) this.#wake()
    })
  }

  /** Resolves when nothing is under way. */
  async end(): Promise<void> {
    while (this.#count > 0) {
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }
}
