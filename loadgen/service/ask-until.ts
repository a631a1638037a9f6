import { setTimeout as delay } from 'node:timers/promises'
import { ExpectedError } from '../command/expected-error.ts'
import type { Answer } from './service-client.ts'

export type Patience = {
  /** After this it is an error. */
  readonly seconds: number
  readonly interrupted: AbortSignal
}

export type AskOptions<T> = {
  /** What is asked, for the error message. */
  readonly what: string
  readonly patience: Patience
  readonly ask: () => Promise<Answer>
  /** What the answer says, or undefined to ask again. Throws for an answer that will not change. */
  readonly read: (answer: Answer & { kind: 'answer' }) => T | undefined
  /** Before it is asked for the first time. */
  readonly firstPauseMilliseconds?: number
}

const FIRST_PAUSE_MILLISECONDS = 5
const LONGEST_PAUSE_MILLISECONDS = 500

/**
 * Asks until the answer is there, with pauses that double from 5 ms to half a second; rides out connections
 * that fail and 503s. Throws ExpectedError, with the last answer, when patience is at its end.
 */
export async function askUntil<T>(options: AskOptions<T>): Promise<T> {
  const { what, patience, ask, read, firstPauseMilliseconds = 0 } = options
  const deadline = performance.now() + patience.seconds * 1000
  let last = 'was never asked'
  let pause = FIRST_PAUSE_MILLISECONDS
  if (firstPauseMilliseconds > 0) await delay(firstPauseMilliseconds)
  for (;;) {
    patience.interrupted.throwIfAborted()
    const answer = await ask()
    if (answer.kind === 'answer') {
      const value = read(answer)
      if (value !== undefined) return value
    }
    last = answer.kind === 'answer' ? `${answer.status} ${JSON.stringify(answer.body)}` : answer.why
    if (performance.now() + pause > deadline) {
      throw new ExpectedError(`${what}: not within ${patience.seconds} s; the last answer was ${last}`)
    }
    await delay(pause)
    pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS)
  }
}
