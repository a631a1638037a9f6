import type { Answer, Refusal } from './answer.ts'
import { badge } from './badges.ts'
import { type Blocked, blockedView } from './blocked-view.ts'
import { type DeadLetter, wordsOf } from './dead-letter.ts'
import { html, nothing, type TemplateResult } from './lit-html.js'
import { emptyNotice, loadingRows, refusalNotice } from './notices.ts'
import { addressOf, LETTER_STATES, type LetterState } from './route.ts'
import type { Desk, Screen } from './screen.ts'
import { moment } from './texts.ts'

type Page = { readonly deadLetters: readonly DeadLetter[]; readonly nextCursor?: string }

const PAGE = 25

/** What was not applied and will not be by itself. */
export class DeadLettersScreen implements Screen {
  readonly title = 'Dead letters'
  readonly #desk: Desk
  readonly #state: LetterState | undefined
  #letters: readonly DeadLetter[] | undefined
  #cursor: string | undefined
  #refusal: Refusal | undefined
  #blocked: Answer<Blocked> | undefined
  #isAsking = false

  constructor(desk: Desk, state: LetterState | undefined) {
    this.#desk = desk
    this.#state = state
    void this.#ask()
    void this.#askBlocked()
  }

  view(): TemplateResult {
    return html`
      <div class="heading"><h1 tabindex="-1">Dead letters</h1></div>
      ${blockedView(this.#blocked, this.#desk.now(), () => void this.#askBlocked())}
      <div class="toolbar">
        <nav class="segments" aria-label="State of the dead letters">
          ${segment('All', undefined, this.#state)}
          ${LETTER_STATES.map(state => segment(sentenceCase(state), state, this.#state))}
        </nav>
        ${
          this.#blocked?.ok && this.#blocked.body.blocked.length === 0
            ? html`<p class="quiet-line">No ordering group is blocked.</p>`
            : nothing
        }
      </div>
      <section class="panel" aria-label="Letters">
        ${this.#refusal === undefined ? nothing : refusalNotice(this.#refusal, () => void this.#ask())}
        ${this.#list()}
        ${
          this.#cursor === undefined
            ? nothing
            : html`<p class="show-more">
                <button class="button" aria-disabled=${this.#isAsking} @click=${() => this.#ask()}>Show more</button>
              </p>`
        }
      </section>
    `
  }

  #list(): TemplateResult | typeof nothing {
    const letters = this.#letters
    if (letters === undefined)
      return this.#refusal === undefined ? loadingRows('the dead letters', 5) : nothing
    if (letters.length > 0) return lettersTable(letters, this.#desk.now())
    if (this.#state === undefined) {
      return emptyNotice(
        'No dead letters',
        'Everything that was sent has been accepted, and nothing was given up on.',
      )
    }
    const word = this.#state.toLowerCase()
    return emptyNotice(
      `No ${word} dead letters`,
      this.#state === 'OPEN' ? 'Nothing waits for an operator.' : `None has been ${word} yet.`,
    )
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    this.#desk.redraw()
    const query = new URLSearchParams({ limit: String(PAGE) })
    if (this.#state !== undefined) query.set('state', this.#state)
    if (this.#cursor !== undefined) query.set('cursor', this.#cursor)
    const answer = await this.#desk.api.get<Page>(`/api/v1/dead-letters?${query}`)
    this.#isAsking = false
    this.#refusal = answer.ok ? undefined : answer
    if (answer.ok) {
      this.#letters = [...(this.#letters ?? []), ...answer.body.deadLetters]
      this.#cursor = answer.body.nextCursor
    }
    this.#desk.redraw()
  }

  async #askBlocked(): Promise<void> {
    this.#blocked = await this.#desk.api.get<Blocked>('/api/v1/dead-letters/blocked')
    this.#desk.redraw()
  }
}

function sentenceCase(word: string): string {
  return word.slice(0, 1) + word.slice(1).toLowerCase()
}

function segment(
  word: string,
  state: LetterState | undefined,
  shown: LetterState | undefined,
): TemplateResult {
  return html`<a href=${addressOf.deadLetters(state)} aria-current=${state === shown ? 'page' : 'false'}>${word}</a>`
}

function lettersTable(letters: readonly DeadLetter[], now: Date): TemplateResult {
  return html`<table class="list letters" role="table">
    <caption class="unseen">Dead letters, the newest first</caption>
    <thead role="rowgroup">
      <tr role="row">
        <th scope="col" role="columnheader" aria-sort="descending">Kept</th>
        <th scope="col" role="columnheader">Letter</th>
        <th scope="col" role="columnheader">Concerns</th>
        <th scope="col" role="columnheader" class="number">Attempts</th>
        <th scope="col" role="columnheader">State</th>
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${letters.map(letter => letterRow(letter, now))}
    </tbody>
  </table>`
}

function letterRow(letter: DeadLetter, now: Date): TemplateResult {
  const { deadLetterId, reason, detail, transactionId, messageId, source, attempts } = letter
  return html`<tr role="row">
    <td role="cell" class="cell-when">${moment(letter.createdAt, now)}</td>
    <td role="cell" class="cell-main">
      <a href=${addressOf.deadLetter(deadLetterId)}><b>${wordsOf(reason).title}</b> <span class="faint">#${deadLetterId}</span></a>
      <span class="second clipped">${detail}</span>
    </td>
    <td role="cell" class="cell-of">
      ${transactionId === undefined ? html`message <span class="id">${messageId}</span>` : html`${source} <span class="id">${transactionId}</span>`}
    </td>
    <td role="cell" class="number cell-attempts"><span class="only-narrow">attempts </span>${attempts}</td>
    <td role="cell" class="cell-status">${badge(letter.state)}</td>
  </tr>`
}
