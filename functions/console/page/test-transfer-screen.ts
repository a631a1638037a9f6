import type { Refusal } from './answer.ts'
import { html, nothing, type TemplateResult } from './lit-html.js'
import { refusalNotice } from './notices.ts'
import { addressOf } from './route.ts'
import type { Desk, Screen } from './screen.ts'
import {
  findTransferFaults,
  placeFaults,
  TRANSFER_FIELDS,
  type TransferFaults,
  type TransferField,
  type TransferText,
  transferRequest,
} from './transfer-form.ts'

type Field = {
  readonly name: TransferField
  readonly label: string
  readonly hint: string
}

const FIELDS: readonly Field[] = [
  { name: 'sourceAccountId', label: 'From account', hint: 'The account that pays.' },
  { name: 'destinationAccountId', label: 'To account', hint: 'The account that is paid.' },
  { name: 'amount', label: 'Amount', hint: 'Such as 30.25, with at most four decimals.' },
  { name: 'currency', label: 'Currency (optional)', hint: 'Otherwise that of the accounts.' },
]

/** Sends one transfer, to see it move. */
export class TestTransferScreen implements Screen {
  readonly title = 'Test transfer'
  readonly #desk: Desk
  #faults: TransferFaults = {}
  #refusal: Refusal | undefined
  #isSending = false
  #transactionId = crypto.randomUUID()
  #sent: string | undefined

  constructor(desk: Desk) {
    this.#desk = desk
  }

  view(): TemplateResult {
    return html`
      <div class="heading"><h1 tabindex="-1">Test transfer</h1></div>
      <section class="panel form-panel">
        <p class="panel-note">It is a transfer like any other: it moves money for good.</p>
        <form novalidate autocomplete="off" @submit=${(event: SubmitEvent) => this.#submit(event)}>
          <div class="fields">${FIELDS.map(field => this.#field(field))}</div>
          ${this.#refusal === undefined ? nothing : refusalNotice(this.#refusal)}
          <div class="actions">
            <button class="button primary" aria-disabled=${this.#isSending}>
              ${this.#isSending ? 'Sending…' : this.#refusal === undefined ? 'Send transfer' : 'Send again'}
            </button>
          </div>
        </form>
      </section>
    `
  }

  #field({ name, label, hint }: Field): TemplateResult {
    const fault = this.#faults[name]
    return html`<div class="field">
      <label for=${name}>${label}</label>
      <input
        id=${name}
        name=${name}
        inputmode=${name === 'amount' ? 'decimal' : 'text'}
        spellcheck="false"
        autocapitalize="off"
        maxlength="64"
        aria-describedby="${name}-note"
        aria-invalid=${fault === undefined ? 'false' : 'true'}
      />
      <p class=${fault === undefined ? 'field-hint' : 'field-fault'} id="${name}-note">${fault ?? hint}</p>
    </div>`
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (this.#isSending) return
    const form = event.target as HTMLFormElement
    const text = readForm(form)
    this.#faults = findTransferFaults(text)
    this.#refusal = undefined
    if (Object.keys(this.#faults).length === 0) await this.#send(text)
    this.#desk.redraw()
    const faulty = TRANSFER_FIELDS.find(name => this.#faults[name] !== undefined)
    if (faulty !== undefined) form.querySelector<HTMLInputElement>(`[name=${faulty}]`)?.focus()
  }

  async #send(text: TransferText): Promise<void> {
    // The same again has the same id, so that what may have been accepted is not paid twice; another transfer has another.
    const content = JSON.stringify(text)
    if (this.#sent !== undefined && this.#sent !== content) this.#transactionId = crypto.randomUUID()
    this.#sent = content
    this.#isSending = true
    this.#desk.redraw()
    const request = transferRequest(this.#transactionId, text)
    const answer = await this.#desk.api.post<unknown>('/api/v1/transactions/process', request)
    this.#isSending = false
    if (answer.ok) return this.#desk.go(addressOf.transaction(this.#transactionId))
    const { faults, others } = placeFaults(answer.errors)
    this.#faults = faults
    const isAllPlaced = answer.errors.length > 0 && others.length === 0
    this.#refusal = isAllPlaced ? undefined : answer
  }
}

function readForm(form: HTMLFormElement): TransferText {
  const data = new FormData(form)
  const read = (name: TransferField): string => String(data.get(name) ?? '').trim()
  return {
    sourceAccountId: read('sourceAccountId'),
    destinationAccountId: read('destinationAccountId'),
    amount: read('amount'),
    currency: read('currency'),
  }
}
