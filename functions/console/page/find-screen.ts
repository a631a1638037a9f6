import type { Answer, Refusal } from './answer.ts'
import { heading } from './heading.ts'
import { html, type TemplateResult } from './lit-html.js'
import { emptyNotice, loadingRows, refusalNotice } from './notices.ts'
import { addressOf } from './route.ts'
import type { Desk, Screen } from './screen.ts'
import { idText } from './texts.ts'

type Found = { readonly transaction: Answer<unknown>; readonly account: Answer<unknown> }

/** Finds out what an id names, and goes there. */
export class FindScreen implements Screen {
  readonly title: string
  readonly #desk: Desk
  readonly #id: string
  #found: Found | undefined

  constructor(desk: Desk, id: string) {
    this.#desk = desk
    this.#id = id
    this.title = `Find ${id}`
    void this.#ask()
  }

  view(): TemplateResult {
    return html`
      ${heading('Find', idText(this.#id))}
      <section class="panel">${this.#found === undefined ? loadingRows('what has this id') : this.#answer(this.#found)}</section>
    `
  }

  #answer({ transaction, account }: Found): TemplateResult {
    if (transaction.ok && account.ok) return this.#both()
    const refusal = [transaction, account].find(
      (answer): answer is Refusal => !answer.ok && answer.status !== 404,
    )
    if (refusal !== undefined) return refusalNotice(refusal, () => void this.#ask())
    if (transaction.ok || account.ok) return loadingRows('what has this id')
    return emptyNotice(
      'Nothing has this id',
      html`No transaction was accepted under it and no account was opened under it that your token lets you see. Capital and small
        letters are told apart.`,
    )
  }

  #both(): TemplateResult {
    return html`<h2>Two things have this id</h2>
      <ul class="choices">
        <li><a href=${addressOf.transaction(this.#id)}>The transaction</a></li>
        <li><a href=${addressOf.account(this.#id)}>The account</a></li>
      </ul>`
  }

  async #ask(): Promise<void> {
    this.#found = undefined
    this.#desk.redraw()
    const { api } = this.#desk
    const id = encodeURIComponent(this.#id)
    const [transaction, account] = await Promise.all([
      api.get(`/api/v1/transactions/${id}/status`),
      api.get(`/api/v1/accounts/${id}`),
    ])
    this.#found = { transaction, account }
    this.#desk.redraw()
    if (transaction.ok && !account.ok) this.#leaveFor(addressOf.transaction(this.#id))
    if (account.ok && !transaction.ok) this.#leaveFor(addressOf.account(this.#id))
  }

  #leaveFor(address: string): void {
    // Whoever has gone elsewhere meanwhile stays there.
    if (location.hash === addressOf.find(this.#id)) this.#desk.replace(address)
  }
}
