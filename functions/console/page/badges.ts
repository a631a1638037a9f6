import { type IconName, icon } from './icons.ts'
import { html, type TemplateResult } from './lit-html.js'

type Look = { readonly tone: 'good' | 'warn' | 'bad' | 'calm' | 'busy'; readonly icon: IconName }

const LOOKS: Readonly<Record<string, Look>> = {
  COMPLETED: { tone: 'good', icon: 'check' },
  FAILED: { tone: 'bad', icon: 'cross' },
  PENDING: { tone: 'busy', icon: 'clock' },
  HELD: { tone: 'warn', icon: 'pause' },
  VOIDED: { tone: 'calm', icon: 'slash' },
  ACTIVE: { tone: 'good', icon: 'check' },
  FROZEN: { tone: 'warn', icon: 'pause' },
  CLOSED: { tone: 'calm', icon: 'slash' },
  OPEN: { tone: 'warn', icon: 'alert' },
  REPLAYED: { tone: 'good', icon: 'again' },
  DISCARDED: { tone: 'calm', icon: 'slash' },
}

/** A state in its own word, with a sign and a colour that say the same. */
export function badge(state: string): TemplateResult {
  const { tone, icon: name } = LOOKS[state] ?? { tone: 'calm', icon: 'question' }
  return html`<span class="badge ${tone}">${icon(name)}${state}</span>`
}
