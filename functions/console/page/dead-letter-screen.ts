import type { Refusal } from './answer.ts'
import { type DeadLetter, wordsOf } from './dead-letter.ts'
import { deadLetterView } from './dead-letter-view.ts'
import { heading } from './heading.ts'
import { html, nothing, type TemplateResult } from './lit-html.js'
import { loadingRows, notice, refusalNotice } from './notices.ts'
import { addressOf } from './route.ts'
import type { Desk, Screen } from './screen.ts'
import { SettleDialog } from './settle-dialog.ts'
import { idLink } from './texts.ts'

/** One dead letter, and what an operator can do about it. */
export class DeadLetterScreen implements Screen {
  readonly title: string
  readonly #desk: Desk
  readonly #id: string
  readonly #path: string
  readonly #dialog: SettleDialog
  #letter: DeadLetter | undefined
  #refusal: Refusal | undefined
  #said: TemplateResult | undefined

  constructor(desk: Desk, id: string) {
    this.#desk = desk
    this.#id = id
    this.title = `Dead letter ${id}`
    this.#path = `/api/v1/dead-letters/${encodeURIComponent(id)}`
    this.#dialog = new SettleDialog({
      replay: () => desk.api.post<DeadLetter>(`${this.#path}/replay`),
      discard: reason => desk.api.post<DeadLetter>(`${this.#path}/discard`, { reason }),
      onSettled: letter => this.#takeSettled(letter),
      onChange: desk.redraw,
    })
    void this.#ask()
  }

  view(): TemplateResult {
    const letter = this.#letter
    return html`
      ${heading(
        html`<a href=${addressOf.deadLetters()}>Dead letters</a> / #${this.#id}`,
        letter === undefined ? this.title : wordsOf(letter.reason).title,
        letter?.state,
      )}
      ${this.#refusal === undefined ? nothing : refusalNotice(this.#refusal, () => void this.#ask())}
      <div role="status">${this.#said === undefined ? nothing : notice('good', this.#said)}</div>
      ${
        letter !== undefined
          ? deadLetterView(letter, this.#dialog, this.#desk.now())
          : this.#refusal === undefined
            ? html`<section class="panel">${loadingRows('the dead letter', 6)}</section>`
            : nothing
      }
      ${this.#dialog.view(letter)}
    `
  }

  async #ask(): Promise<void> {
    const answer = await this.#desk.api.get<DeadLetter>(this.#path)
    this.#refusal = answer.ok ? undefined : answer
    if (answer.ok) this.#letter = answer.body
    this.#desk.redraw()
  }

  #takeSettled(letter: DeadLetter): void {
    this.#letter = { ...this.#letter, ...letter }
    const stands = letter.resolution?.transactionId
    if (letter.state === 'DISCARDED')
      this.#said = html`<strong>Discarded.</strong> The letter stays, with your reason.`
    else if (stands === undefined) {
      this.#said = html`<strong>Replayed.</strong> The event was sent in again; it is decided as any other.`
    } else {
      this.#said = html`<strong>Replayed.</strong> It was accepted again as ${idLink(stands, addressOf.transaction(stands))}.`
    }
    this.#desk.redraw()
  }
}
