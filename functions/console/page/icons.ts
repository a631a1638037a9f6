import { html, svg, type TemplateResult } from './lit-html.js'

/** Drawn with the colour of the text beside them, which says the same in words. */
const PATHS = {
  check: 'M3.5 8.5l3 3 6-7',
  cross: 'M4.5 4.5l7 7m0-7l-7 7',
  clock: 'M8 4.5V8l2.5 1.5M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z',
  pause: 'M6 4.5v7m4-7v7',
  slash: 'M4 12l8-8M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z',
  alert: 'M8 6v3m0 2.2v.1M8 2.2L14.2 13H1.8z',
  question: 'M6.2 6.2a1.9 1.9 0 1 1 2.6 1.9c-.5.2-.8.6-.8 1.2m0 2v.1M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z',
  flow: 'M2 6h10m-3-3l3 3-3 3M14 11H4',
  search: 'M10.5 10.5L14 14M12 7A5 5 0 1 1 2 7a5 5 0 0 1 10 0z',
  again: 'M13 5.5A5.5 5.5 0 1 0 13.5 9M13.3 2.5v3.2h-3.2',
  leave: 'M6.5 2.5h-4v11h4M6.5 8h7m-2.5-2.5L13.5 8 11 10.5',
} as const

export type IconName = keyof typeof PATHS

export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    ${svg`<path d=${PATHS[name]} />`}
  </svg>`
}
