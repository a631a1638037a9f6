import { icon } from './icons.ts'
import { html, nothing, type TemplateResult } from './lit-html.js'
import { formatUntil } from './moments.ts'
import { addressOf, type Route } from './route.ts'
import type { Screen } from './screen.ts'
import { may, type Session } from './session.ts'
import { logo } from './sign-in.ts'

export type ShellPorts = {
  readonly session: Session
  readonly route: Route
  readonly screen: Screen
  readonly now: Date
  readonly onSearch: (id: string) => void
  readonly onSignOut: () => void
}

/** What is around every screen. */
export function shellView(ports: ShellPorts): TemplateResult {
  return html`
    <a class="skip" href="#main" @click=${skip}>Skip to content</a>
    <header class="bar">
      <div class="bar-inner">
        <a class="brand" href=${addressOf.overview}>${logo()} Settle</a>
        ${screensNav(ports)} ${may(ports.session, 'read') ? searchForm(ports.onSearch) : nothing} ${sessionView(ports)}
      </div>
    </header>
    <main id="main" tabindex="-1">${ports.screen.view()}</main>
    <footer class="foot">
      <p>Times are ${zoneName()}. <a href="/docs">The API</a></p>
    </footer>
  `
}

/** The address is the screen's, so the link cannot change it. */
function skip(event: Event): void {
  event.preventDefault()
  document.querySelector<HTMLElement>('#main')?.focus()
}

function screensNav({ session, route }: ShellPorts): TemplateResult {
  const link = (address: string, word: string, isHere: boolean): TemplateResult =>
    html`<a href=${address} aria-current=${isHere ? 'page' : 'false'}>${word}</a>`
  const isOfLetters = route.screen === 'dead-letters' || route.screen === 'dead-letter'
  return html`<nav class="screens" aria-label="Screens">
    ${link(addressOf.overview, 'Overview', route.screen === 'overview')}
    ${may(session, 'ops') ? link(addressOf.deadLetters('OPEN'), 'Dead letters', isOfLetters) : nothing}
    ${
      may(session, 'transactions:write')
        ? link(addressOf.testTransfer, 'Test transfer', route.screen === 'test-transfer')
        : nothing
    }
  </nav>`
}

function searchForm(onSearch: (id: string) => void): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const id = String(new FormData(form).get('id') ?? '').trim()
    if (id === '') return
    form.reset()
    onSearch(id)
  }
  return html`<form class="search" role="search" @submit=${submit}>
    ${icon('search')}
    <input
      id="search"
      name="id"
      type="search"
      maxlength="64"
      spellcheck="false"
      autocapitalize="off"
      autocomplete="off"
      aria-label="Find a transaction or an account by its id"
      aria-keyshortcuts="/"
      placeholder="Transaction or account id"
    />
    <kbd aria-hidden="true">/</kbd>
  </form>`
}

const MEANINGS = {
  read: 'read transactions and accounts',
  'transactions:write': 'send transactions',
  'accounts:write': 'open and change accounts',
  ops: 'see figures, settle dead letters',
  all: 'every account, not only your own',
} as const

function sessionView({ session, now, onSignOut }: ShellPorts): TemplateResult {
  const until = session.expiresAt === undefined ? undefined : formatUntil(session.expiresAt, now)
  return html`<div class="session">
    <details class="who">
      <summary>
        <span class="unseen">Signed in as</span><span class="who-name">${session.subject}</span>
        ${until === undefined ? nothing : html`<span class="who-until">until ${until}</span>`}
      </summary>
      <div class="who-panel">
        <p class="who-title">Signed in as <b class="id">${session.subject}</b></p>
        <p class="second">${until === undefined ? 'The token does not end.' : `The token ends at ${until}.`} It allows:</p>
        <ul class="scopes">
          ${Object.entries(MEANINGS).map(([scope, meaning]) => scopeLine(scope, meaning, session.scopes.has(scope)))}
        </ul>
      </div>
    </details>
    <button class="button quiet sign-out" aria-label="Sign out" @click=${onSignOut}>
      ${icon('leave')}<span class="sign-out-word">Sign out</span>
    </button>
  </div>`
}

function scopeLine(scope: string, meaning: string, isAllowed: boolean): TemplateResult {
  return html`<li class=${isAllowed ? 'allowed' : 'denied'}>
    ${icon(isAllowed ? 'check' : 'cross')}
    <span><code>${scope}</code> <span class="second">${isAllowed ? meaning : `not allowed: ${meaning}`}</span></span>
  </li>`
}

function zoneName(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}
