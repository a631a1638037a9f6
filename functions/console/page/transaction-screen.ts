import { type Answer, isForGood, type Refusal } from './answer.ts'
import { heading } from './heading.ts'
import { html, nothing, type TemplateResult } from './lit-html.js'
import { loadingRows, notice, refusalNotice } from './notices.ts'
import { indentMember } from './parse-exact.ts'
import { backOff, Repeater } from './repeater.ts'
import type { Desk, Screen } from './screen.ts'
import { idText } from './texts.ts'
import { isTold, type Timeline } from './timeline.ts'
import { timelineView } from './timeline-view.ts'
import { explainReason, isFinal, type Transaction } from './transaction.ts'
import { transactionFacts } from './transaction-facts.ts'

const FOLLOW_MILLISECONDS = 1000
/** A hold may last for days. */
const HELD_MILLISECONDS = 5000
/** The two answers are asked for at once, and one may be a moment older. */
const AGREE_MILLISECONDS = 100
const SLOWEST_MILLISECONDS = 15_000

/** One transaction's whole story, which it follows until there is no more to come. */
export class TransactionScreen implements Screen {
  readonly title: string
  readonly #desk: Desk
  readonly #id: string
  readonly #path: string
  readonly #repeater: Repeater
  #transaction: Transaction | undefined
  #metadata: string | undefined
  #timeline: Timeline | undefined
  #refusal: Refusal | undefined
  #timelineRefusal: Refusal | undefined
  #failures = 0
  #agree = true

  constructor(desk: Desk, id: string) {
    this.#desk = desk
    this.#id = id
    this.title = `Transaction ${id}`
    this.#path = `/api/v1/transactions/${encodeURIComponent(id)}`
    this.#repeater = new Repeater(desk.surroundings, signal => this.#ask(signal))
    this.#repeater.start()
  }

  close(): void {
    this.#repeater.stop()
  }

  view(): TemplateResult {
    const transaction = this.#transaction
    const retry = (): void => this.#repeater.start()
    return html`
      ${heading('Transaction', idText(this.#id), transaction?.status)}
      ${this.#refusal === undefined ? nothing : refusalNotice(this.#refusal, retry)}
      <p class="unseen" aria-live="polite">${transaction === undefined ? '' : `Status ${transaction.status}`}</p>
      ${
        transaction?.reason === undefined
          ? nothing
          : notice('bad', html`<strong>${transaction.reason}:</strong> ${explainReason(transaction.reason)}`)
      }
      ${transaction === undefined && this.#refusal !== undefined ? nothing : this.#columns(retry)}
    `
  }

  #columns(retry: () => void): TemplateResult {
    const now = this.#desk.now()
    return html`<div class="columns">
      <section class="panel">
        <h2>Details</h2>
        ${
          this.#transaction === undefined
            ? loadingRows('the transaction', 6)
            : transactionFacts(this.#transaction, this.#timeline, this.#metadata, now)
        }
      </section>
      <section class="panel">
        <h2>Timeline</h2>
        ${this.#timelineRefusal === undefined ? nothing : refusalNotice(this.#timelineRefusal, retry)}
        ${
          this.#timeline !== undefined
            ? timelineView(this.#timeline, now)
            : this.#timelineRefusal === undefined
              ? loadingRows('the timeline', 6)
              : nothing
        }
      </section>
    </div>`
  }

  async #ask(signal: AbortSignal): Promise<number | undefined> {
    const { api, redraw } = this.#desk
    const [transaction, timeline] = await Promise.all([
      api.get<Transaction>(this.#path, signal),
      api.get<Timeline>(`${this.#path}/timeline`, signal),
    ])
    if (signal.aborted) return undefined
    this.#take(transaction, timeline)
    redraw()
    const refusal = this.#refusal ?? this.#timelineRefusal
    if (refusal === undefined && this.#isOver()) return undefined
    if (refusal === undefined) return this.#nextMilliseconds()
    if (isForGood(refusal) && (this.#transaction === undefined || this.#isOver())) {
      return undefined
    }
    return backOff(this.#failures, FOLLOW_MILLISECONDS, SLOWEST_MILLISECONDS)
  }

  #take(transaction: Answer<Transaction>, timeline: Answer<Timeline>): void {
    if (transaction.ok) {
      this.#transaction = transaction.body
      this.#metadata = indentMember(transaction.text, 'metadata')
    }
    if (timeline.ok) this.#timeline = timeline.body
    this.#refusal = transaction.ok ? undefined : transaction
    this.#timelineRefusal = timeline.ok ? undefined : timeline
    this.#failures = transaction.ok && timeline.ok ? 0 : this.#failures + 1
  }

  #nextMilliseconds(): number {
    const agreedBefore = this.#agree
    this.#agree = this.#transaction?.status === this.#timeline?.status
    if (agreedBefore && !this.#agree) return AGREE_MILLISECONDS
    return this.#transaction?.status === 'HELD' ? HELD_MILLISECONDS : FOLLOW_MILLISECONDS
  }

  #isOver(): boolean {
    const isEnded = this.#transaction !== undefined && isFinal(this.#transaction.status)
    return isEnded && (this.#timeline === undefined || isTold(this.#timeline))
  }
}
