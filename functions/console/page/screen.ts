import type { Api } from './api.ts'
import type { TemplateResult } from './lit-html.js'
import type { Surroundings } from './repeater.ts'
import type { Session } from './session.ts'

/** What a screen works with. */
export type Desk = {
  readonly api: Api
  readonly session: Session
  readonly surroundings: Surroundings
  readonly now: () => Date
  /** Draws the page again, soon, and once for many calls. */
  readonly redraw: () => void
  /** Goes to another screen. */
  readonly go: (address: string) => void
  /** Goes there in place of the screen that is shown, which the way back then passes over. */
  readonly replace: (address: string) => void
}

/** One screen, from when it is gone to until it is left. */
export type Screen = {
  readonly title: string
  view(): TemplateResult
  /** Ends what it follows. */
  close?(): void
}
