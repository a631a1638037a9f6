import { badge } from './badges.ts'
import { html, nothing, type TemplateResult } from './lit-html.js'

/** What a screen is about: the kind of thing, which one, and its state once that is known. */
export function heading(kind: unknown, title: unknown, state?: string): TemplateResult {
  return html`<div class="heading">
    <div>
      <p class="kind">${kind}</p>
      <h1 tabindex="-1">${title}</h1>
    </div>
    ${state === undefined ? nothing : badge(state)}
  </div>`
}
