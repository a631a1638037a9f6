import { html, nothing, type TemplateResult } from './lit-html.js'
import { emptyNotice } from './notices.ts'
import { addressOf, type Route } from './route.ts'
import type { Screen } from './screen.ts'
import { may, type Scope, type Session } from './session.ts'

const TITLES: Readonly<Record<Route['screen'], string>> = {
  overview: 'Overview',
  find: 'Find',
  transaction: 'Transaction',
  account: 'Account',
  'dead-letters': 'Dead letters',
  'dead-letter': 'Dead letter',
  'test-transfer': 'Test transfer',
  nowhere: 'No such screen',
}

/** In place of a screen that the token does not allow: what it lacks, and what there is instead. */
export class NotAllowed implements Screen {
  readonly title: string
  readonly #scope: Scope
  readonly #session: Session

  constructor(screen: Route['screen'], scope: Scope, session: Session) {
    this.title = TITLES[screen]
    this.#scope = scope
    this.#session = session
  }

  view(): TemplateResult {
    return html`
      <div class="heading"><h1 tabindex="-1">${this.title}</h1></div>
      <section class="panel">
        ${emptyNotice(
          'Your token does not allow this',
          html`It takes the scope <code>${this.#scope}</code>. Sign in with a token that has it, or ask whoever issues
            tokens. ${this.#instead()}`,
        )}
      </section>
    `
  }

  #instead(): unknown {
    const isOverview = this.title === TITLES.overview
    if (isOverview && may(this.#session, 'read')) {
      return html`You can look up transactions and accounts: press <kbd>/</kbd> and enter an id.`
    }
    return nothing
  }
}

/** In place of a screen that there is not. */
export class NoScreen implements Screen {
  readonly title = TITLES.nowhere

  view(): TemplateResult {
    return html`
      <div class="heading"><h1 tabindex="-1">${this.title}</h1></div>
      <section class="panel">
        ${emptyNotice(
          'The address names nothing here',
          html`It may have been cut off. <a href=${addressOf.overview}>Go to the overview</a>.`,
        )}
      </section>
    `
  }
}
