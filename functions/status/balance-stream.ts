import type { Writable } from 'node:stream'
import { writeComment, writeEvent, writeRetry } from '../../lib/http/server-sent-events.ts'
import type { ToldBalance } from '../../lib/redis/cache.ts'

/** How soon a reader whose stream ended comes back: it is a moment behind until then, and misses nothing. */
const RETRY_MILLISECONDS = 1000

/**
 * What one reader is sent: the newest balance whenever the reader can take it. A balance is a state, so a reader that is
 * slow is spared those in between, and at most one waits for it.
 */
export class BalanceStream {
  readonly #sink: Writable
  #version: number
  #waiting: ToldBalance | undefined
  #isBlocked = false
  #hasEnded = false

  /** `version` is the newest that the reader has; -1 if it has none. */
  constructor(sink: Writable, version: number) {
    this.#sink = sink
    this.#version = version
    sink.on('drain', () => this.#resume())
    this.#write(writeRetry(RETRY_MILLISECONDS))
  }

  /** Sends the balance, unless the reader has it or a newer one. */
  offer(balance: ToldBalance): void {
    if (balance.version <= this.#version) return
    this.#version = balance.version
    if (this.#isBlocked) this.#waiting = balance
    else this.#send(balance)
  }

  /** Says that the stream is alive. To a reader that does not even take balances there is nothing to say. */
  beat(): void {
    if (!this.#isBlocked) this.#write(writeComment('beat'))
  }

  /** Ends it with a last comment; a reader that is slow may never take that, and is cut off. */
  end(why: string): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    if (this.#isBlocked || this.#sink.writableLength > 0) this.#sink.destroy()
    else this.#sink.end(writeComment(why))
  }

  #resume(): void {
    this.#isBlocked = false
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting !== undefined) this.#send(waiting)
  }

  #send({ version, json }: ToldBalance): void {
    this.#write(writeEvent({ id: String(version), event: 'balance', data: json }))
  }

  #write(text: string): void {
    // Writing on after the end, or to a reader that is gone, would be an error that nobody catches.
    if (this.#hasEnded || this.#sink.destroyed) return
    this.#isBlocked = !this.#sink.write(text)
  }
}
