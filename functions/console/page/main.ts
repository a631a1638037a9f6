import { App } from './app.ts'
import { listenToKeys } from './keyboard.ts'
import { html, render } from './lit-html.js'
import { canParseExact } from './parse-exact.ts'
import type { Surroundings } from './repeater.ts'
import { tokenStore } from './token-store.ts'
import './copy-button.ts'
import './time-chart.ts'

const surroundings: Surroundings = {
  after: (milliseconds, call) => {
    const timer = setTimeout(call, milliseconds)
    return () => clearTimeout(timer)
  },
  isHidden: () => document.hidden,
  onceShown: call => {
    const listener = (): void => {
      if (document.hidden) return
      document.removeEventListener('visibilitychange', listener)
      call()
    }
    document.addEventListener('visibilitychange', listener)
    return () => document.removeEventListener('visibilitychange', listener)
  },
}

const host = document.querySelector<HTMLElement>('#page')
if (host === null) throw new Error('The page has no place to be drawn in.')

if (canParseExact()) {
  listenToKeys(document)
  new App({ host, store: tokenStore(() => sessionStorage), surroundings, now: () => new Date() }).start()
} else {
  render(
    html`<main class="sign-in">
      <h1>This browser is too old</h1>
      <p>It cannot read money to the last digit. Use a current version of Chrome, Edge, Firefox or Safari.</p>
    </main>`,
    host,
  )
}
