import { explain, type Refusal } from './answer.ts'
import { type IconName, icon } from './icons.ts'
import { html, nothing, type TemplateResult } from './lit-html.js'

/** A refusal where it happened, with a way on. */
export function refusalNotice(refusal: Refusal, retry?: () => void): TemplateResult {
  const { title, detail } = explain(refusal)
  const wait = refusal.retryAfterSeconds
  return html`<div class="notice bad" role="alert">
    ${icon('alert')}
    <div>
      <p class="notice-title">${title}</p>
      <p>${detail}${wait === undefined ? nothing : html` Try again in ${wait} s.`}</p>
    </div>
    ${retry === undefined ? nothing : html`<button class="button" @click=${retry}>Retry</button>`}
  </div>`
}

/** Something to know that is no error of a request. */
export function notice(tone: 'warn' | 'bad' | 'calm' | 'good', text: unknown): TemplateResult {
  const names: Record<typeof tone, IconName> = {
    warn: 'alert',
    bad: 'alert',
    calm: 'question',
    good: 'check',
  }
  return html`<div class="notice ${tone}" role="status">${icon(names[tone])}<div><p>${text}</p></div></div>`
}

/** Says that there is nothing, and what that means. */
export function emptyNotice(title: string, detail: unknown): TemplateResult {
  return html`<div class="empty"><p class="empty-title">${title}</p><p>${detail}</p></div>`
}

/** Takes the place of what has been asked for. */
export function loadingRows(what: string, rows = 3): TemplateResult {
  return html`<div class="loading" role="status">
    <span class="unseen">Asking for ${what}…</span>
    ${Array.from({ length: rows }, () => html`<span class="bone"></span>`)}
  </div>`
}
