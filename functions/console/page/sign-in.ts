import { icon } from './icons.ts'
import { html, nothing, type TemplateResult } from './lit-html.js'

/** Asks for a token. It takes any that looks like one: whether it holds, the functions say. */
export function signInView(reason: string | undefined, signIn: (token: string) => void): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const token = String(new FormData(event.target as HTMLFormElement).get('token') ?? '')
    signIn(token.trim().replace(/^Bearer\s+/i, ''))
  }
  return html`<main id="main" class="sign-in" tabindex="-1">
    <p class="brand">${logo()} Settle</p>
    <h1 tabindex="-1">Sign in</h1>
    ${
      reason === undefined
        ? nothing
        : html`<div class="notice warn" role="alert">${icon('alert')}<div><p>${reason}</p></div></div>`
    }
    <form novalidate @submit=${submit}>
      <div class="field">
        <label for="token">Bearer token</label>
        <textarea
          id="token"
          name="token"
          rows="5"
          spellcheck="false"
          autocapitalize="off"
          autocomplete="off"
          aria-describedby="token-hint"
        ></textarea>
        <p class="field-hint" id="token-hint">
          The token that callers of the API use. It is kept for this tab alone, and forgotten when you close it.
        </p>
      </div>
      <button class="button primary wide">Sign in</button>
    </form>
    <p class="sign-in-more">On your own machine, <code>npm start</code> prints an address that signs you in.</p>
  </main>`
}

export function logo(): TemplateResult {
  return html`<svg class="logo" viewBox="0 0 16 16" aria-hidden="true">
    <rect width="16" height="16" rx="4" />
    <path d="M4 6h8M4 10h5" />
  </svg>`
}
