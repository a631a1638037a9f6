import { setTimeout as pause } from 'node:timers/promises'
import { drawGap } from '../random/draw.ts'

type Span = {
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
  readonly onShed: (intendedMs: number) => void
}

/** Sends at the moments of a Poisson process, whatever has been answered, and answers when all has been. */
export async function sendAtRate(model: OpenModel): Promise<void> {
  const { beginMs, seconds, perSecond, seed, purpose } = model
  const endMs = beginMs + seconds * 1000
  await sendWhenDue({ ...model, endMs, dueMs: poisson({ beginMs, endMs, perSecond, seed, purpose }) })
}

type Poisson = { readonly beginMs: number; readonly endMs: number } & Pick<
  OpenModel,
  'perSecond' | 'seed' | 'purpose'
>

function* poisson({ beginMs, endMs, perSecond, seed, purpose }: Poisson): Generator<number> {
  let dueMs = beginMs
  for (let arrival = 0; ; arrival += 1) {
    dueMs += drawGap(perSecond, seed, arrival, purpose)
    if (dueMs >= endMs) return
    yield dueMs
  }
}

export type DueModel = Pick<OpenModel, 'interrupted' | 'most' | 'send' | 'onShed'> & {
  /** When each is to be sent, in order, all before the end; milliseconds of `performance.now()`. */
  readonly dueMs: Iterator<number>
  /** Until then it goes on, though nothing be due any more. */
  readonly endMs: number
}

/** An interruption is noticed within this. */
const MOST_PAUSE_MILLISECONDS = 100

/**
 * Sends when it is time to, whatever has been answered, and answers when all has been. An arrival that is late, because
 * this process was busy, is sent with the time that it was meant for.
 */
export async function sendWhenDue(model: DueModel): Promise<void> {
  const { dueMs: moments, endMs, interrupted, most, send, onShed } = model
  const unanswered = new Unanswered()
  const next = (): number => {
    const { done, value } = moments.next()
    return done ? Number.POSITIVE_INFINITY : value
  }
  for (let dueMs = next(); !interrupted.aborted; ) {
    const nowMs = performance.now()
    for (; dueMs <= nowMs && !interrupted.aborted; dueMs = next()) {
      const intendedMs = dueMs
      if (unanswered.count >= most) onShed(intendedMs)
      else unanswered.start(onAnswered => send(intendedMs, onAnswered))
    }
    if (nowMs >= endMs) break
    const untilMs = Math.min(dueMs, endMs, performance.now() + MOST_PAUSE_MILLISECONDS)
    await pause(Math.max(1, untilMs - performance.now()))
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
