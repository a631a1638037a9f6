import type { Answer, Refusal } from './answer.ts'
import type { DeadLetter } from './dead-letter.ts'
import { html, nothing, type TemplateResult } from './lit-html.js'
import { refusalNotice } from './notices.ts'

export type SettlePorts = {
  readonly replay: () => Promise<Answer<DeadLetter>>
  readonly discard: (reason: string) => Promise<Answer<DeadLetter>>
  readonly onSettled: (letter: DeadLetter) => void
  readonly onChange: () => void
}

type Action = 'replay' | 'discard'

/** Asks before a dead letter is replayed or discarded, and shows what was answered where it was asked. */
export class SettleDialog {
  readonly #ports: SettlePorts
  #action: Action = 'replay'
  #refusal: Refusal | undefined
  #fault: string | undefined
  #isSending = false

  constructor(ports: SettlePorts) {
    this.#ports = ports
  }

  ask(action: Action): void {
    this.#action = action
    this.#refusal = undefined
    this.#fault = undefined
    this.#ports.onChange()
    const dialog = this.#element()
    dialog?.showModal()
    // Once it is drawn: until then the words of the other action are there.
    queueMicrotask(() => dialog?.querySelector('textarea')?.focus())
  }

  view(letter: DeadLetter | undefined): TemplateResult {
    const isReplay = this.#action === 'replay'
    return html`<dialog id="settle-dialog" aria-labelledby="settle-title">
      <form novalidate @submit=${(event: SubmitEvent) => this.#submit(event)}>
        <h2 id="settle-title" class="dialog-title">${isReplay ? 'Replay this dead letter?' : 'Discard this dead letter?'}</h2>
        ${isReplay ? replayWords(letter) : this.#reasonField()}
        ${this.#refusal === undefined ? nothing : refusalNotice(this.#refusal)}
        <div class="dialog-actions">
          <button type="button" class="button" @click=${() => this.#element()?.close()}>Cancel</button>
          <button class="button ${isReplay ? 'primary' : 'danger-full'}" aria-disabled=${this.#isSending}>
            ${this.#isSending ? 'Sending…' : isReplay ? 'Replay' : 'Discard'}
          </button>
        </div>
      </form>
    </dialog>`
  }

  #reasonField(): TemplateResult {
    return html`<p>It stays readable, with your reason and your name. It cannot be replayed afterwards.</p>
      <div class="field">
        <label for="discard-reason">Reason</label>
        <textarea
          id="discard-reason"
          name="reason"
          rows="3"
          maxlength="1000"
          required
          aria-describedby="discard-reason-fault"
          aria-invalid=${this.#fault === undefined ? 'false' : 'true'}
        ></textarea>
        <p class="field-fault" id="discard-reason-fault" role="alert">${this.#fault ?? nothing}</p>
      </div>`
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (this.#isSending) return
    const reason = String(new FormData(event.target as HTMLFormElement).get('reason') ?? '').trim()
    this.#fault =
      this.#action === 'discard' && reason === '' ? 'Say why: others will read it later.' : undefined
    if (this.#fault === undefined) await this.#send(reason)
    this.#ports.onChange()
  }

  async #send(reason: string): Promise<void> {
    this.#isSending = true
    this.#refusal = undefined
    this.#ports.onChange()
    const answer = this.#action === 'replay' ? await this.#ports.replay() : await this.#ports.discard(reason)
    this.#isSending = false
    if (!answer.ok) {
      this.#fault = answer.errors.find(({ field }) => field === 'reason')?.message
      this.#refusal = this.#fault === undefined ? answer : undefined
      return
    }
    this.#element()?.close()
    this.#ports.onSettled(answer.body)
  }

  #element(): HTMLDialogElement | null {
    return document.querySelector<HTMLDialogElement>('#settle-dialog')
  }
}

function replayWords(letter: DeadLetter | undefined): TemplateResult {
  return letter?.source === 'transaction'
    ? html`<p>
          The transaction stays FAILED. It is accepted again under a new id, behind all that its source has sent meanwhile.
        </p>
        <p>
          <strong>Ask the sender first:</strong> who saw FAILED may have sent it again under another id, and then it would be
          paid twice.
        </p>`
    : html`<p>
        The event is sent in again as it was, and accepted or refused anew. Replay it once the cause is mended; otherwise it
        ends here again.
      </p>`
}
