import { type Hearing, hearResults, type Result } from '../load/hear-results.ts'
import type { PubsubPlace } from '../service/producer.ts'

/** A time in which results may have gone, with the broker that had them. Milliseconds of `performance.now()`. */
export type Deafness = { readonly fromMs: number; readonly untilMs: number }

/** A consumer of results that outlives the broker: it subscribes again when that has come back without its subscription. */
export class ResultsEar {
  readonly #place: PubsubPlace
  readonly #runId: string
  readonly #hearing: Hearing
  readonly #heard = new Map<number, string>()
  readonly #lastVersions = new Map<string, number>()
  readonly #outOfOrder: string[] = []
  readonly #contradictions: string[] = []
  readonly #deafness: Deafness[] = []
  #subscription: { close(): Promise<void> } | undefined
  #subscriptions = 0
  #leaving: Promise<void>[] = []

  constructor(place: PubsubPlace, runId: string, hearing: Omit<Hearing, 'onResult'>) {
    this.#place = place
    this.#runId = runId
    this.#hearing = { ...hearing, onResult: (index, result) => this.#hear(index, result) }
  }

  /** By the number of the transfer, the status that was told. */
  get heard(): ReadonlyMap<number, string> {
    return this.#heard
  }

  /** Results that came, for the first time, after a later one of their source. */
  get outOfOrder(): readonly string[] {
    return this.#outOfOrder
  }

  /** Results that came again, and said something else. */
  get contradictions(): readonly string[] {
    return this.#contradictions
  }

  get deafness(): readonly Deafness[] {
    return this.#deafness
  }

  async open(): Promise<void> {
    this.#subscriptions += 1
    this.#subscription = await hearResults(
      this.#place,
      `${this.#runId}-${this.#subscriptions}`,
      this.#hearing,
    )
  }

  /** The broker, which ended at that moment, is back and knows nothing. */
  async openAgain(endedMs: number): Promise<void> {
    const old = this.#subscription
    await this.open()
    this.#deafness.push({ fromMs: endedMs, untilMs: performance.now() })
    // Its subscription is gone, and its client learns of that when it likes.
    this.#leaving.push(old?.close().catch(() => undefined) ?? Promise.resolve())
  }

  async close(): Promise<void> {
    await Promise.all([...this.#leaving, this.#subscription?.close()])
  }

  #hear(index: number, { transactionId, status, sourceVersion }: Result): void {
    const known = this.#heard.get(index)
    if (known !== undefined && known !== status)
      this.#contradictions.push(`${transactionId} was told ${known}, and then ${status}`)
    if (known !== undefined) return
    this.#heard.set(index, status)
    if (sourceVersion === undefined) return
    const source = this.#hearing.transfers.accountIds[this.#hearing.transfers.at(index).source] ?? ''
    const last = this.#lastVersions.get(source) ?? 0
    if (sourceVersion < last)
      this.#outOfOrder.push(`${transactionId} of ${source}, ${sourceVersion}, was told after ${last}`)
    this.#lastVersions.set(source, Math.max(last, sourceVersion))
  }
}
