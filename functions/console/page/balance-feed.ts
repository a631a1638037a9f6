import { isForGood, type Refusal, readAnswer, refuse } from './answer.ts'
import { EventReader } from './event-reader.ts'
import { parseExact } from './parse-exact.ts'
import { backOff, type Surroundings } from './repeater.ts'

/** A balance as the stream tells it; money is text. */
type StreamedBalance = {
  readonly accountId: string
  readonly currency: string
  readonly balance: string
  readonly held: string
  /** Null where there is no limit. */
  readonly available: string | null
  readonly version: number
  readonly asOf: string
}

export type BalanceFeedPorts = {
  readonly open: (headers: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<Response>
  readonly surroundings: Surroundings
  readonly onBalance: (balance: StreamedBalance) => void
  readonly onState: (state: FeedConnection) => void
}

export type FeedConnection =
  | { readonly kind: 'connecting' | 'live' | 'reconnecting' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

const RETRY_MILLISECONDS = 1000
const SLOWEST_MILLISECONDS = 15_000
/** A comment comes every 15 s: after two of them that did not, nobody is there. */
const SILENCE_MILLISECONDS = 35_000

/** Follows one balance through its stream, and connects again whenever that ends. */
export class BalanceFeed {
  readonly #ports: BalanceFeedPorts
  readonly #stopped = new AbortController()
  #version: string | undefined
  #failures = 0
  #callOff = (): void => undefined

  constructor(ports: BalanceFeedPorts) {
    this.#ports = ports
  }

  start(): void {
    this.#ports.onState({ kind: 'connecting' })
    void this.#connect()
  }

  stop(): void {
    this.#stopped.abort()
    this.#callOff()
  }

  async #connect(): Promise<void> {
    const refusal = await this.#follow()
    if (this.#stopped.signal.aborted) return
    if (refusal !== undefined) return this.#ports.onState({ kind: 'refused', refusal })
    this.#failures += 1
    this.#ports.onState({ kind: 'reconnecting' })
    const milliseconds = backOff(this.#failures, RETRY_MILLISECONDS, SLOWEST_MILLISECONDS)
    this.#callOff = this.#ports.surroundings.after(milliseconds, () => void this.#connect())
  }

  /** Reads one stream to its end. Answers what says that no other will come. */
  async #follow(): Promise<Refusal | undefined> {
    const silence = new AbortController()
    const signal = AbortSignal.any([this.#stopped.signal, silence.signal])
    const headers = this.#version === undefined ? {} : { 'last-event-id': this.#version }
    try {
      const response = await this.#ports.open({ accept: 'text/event-stream', ...headers }, signal)
      if (!response.ok) return await readRefusal(response)
      await this.#read(response, silence)
      return undefined
    } catch {
      // The stream broke off, which is no news: it is opened again.
      return undefined
    }
  }

  async #read(response: Response, silence: AbortController): Promise<void> {
    const events = new EventReader()
    const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader()
    const { after } = this.#ports.surroundings
    this.#ports.onState({ kind: 'live' })
    for (;;) {
      const callOff = after(SILENCE_MILLISECONDS, () => silence.abort())
      const { done, value } = await reader.read().finally(callOff)
      if (done) return
      this.#failures = 0
      for (const { event, id, data } of events.take(value)) {
        if (event !== 'balance') continue
        this.#version = id
        this.#ports.onBalance(parseExact(data) as StreamedBalance)
      }
    }
  }
}

async function readRefusal(response: Response): Promise<Refusal | undefined> {
  if (!isForGood(response)) return undefined
  const answer = readAnswer(response.status, await response.text(), null)
  return answer.ok ? refuse(response.status, 'The stream ended.') : answer
}
