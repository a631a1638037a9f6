import { Api } from './api.ts'
import { html, render } from './lit-html.js'
import { openScreen } from './open-screen.ts'
import type { Surroundings } from './repeater.ts'
import { addressOf, parseRoute, type Route } from './route.ts'
import type { Screen } from './screen.ts'
import { hasEnded, readSession, type Session, tokenInAddress } from './session.ts'
import { shellView } from './shell.ts'
import { signInView } from './sign-in.ts'
import type { TokenStore } from './token-store.ts'

export type AppPorts = {
  readonly host: HTMLElement
  readonly store: TokenStore
  readonly surroundings: Surroundings
  readonly now: () => Date
}

/** The page: who is signed in, which screen is shown, and when it is drawn. */
export class App {
  readonly #ports: AppPorts
  #session: Session | undefined
  #reason: string | undefined
  #route: Route = { screen: 'nowhere' }
  #screen: Screen | undefined
  #isDrawing = false
  #wantsFocus = false
  #callOffEnd = (): void => undefined

  constructor(ports: AppPorts) {
    this.#ports = ports
  }

  start(): void {
    const token = this.#takeToken() ?? this.#ports.store.read()
    if (token !== undefined) this.#signIn(token)
    else this.#redraw()
    addEventListener('hashchange', () => this.#follow())
  }

  /** Takes a token out of the address at once, so that it stays neither in the history nor in a picture of the screen. */
  #takeToken(): string | undefined {
    const token = tokenInAddress(location.hash)
    if (token !== undefined) history.replaceState(null, '', addressOf.overview)
    return token
  }

  #follow(): void {
    const token = this.#takeToken()
    if (token !== undefined) this.#signIn(token)
    else if (this.#session !== undefined) this.#open()
  }

  #signIn(token: string): void {
    const session = readSession(token)
    const fault = this.#findFault(session)
    if (session === undefined || fault !== undefined) {
      this.#signOut(fault)
      return
    }
    this.#ports.store.keep(token)
    this.#session = session
    this.#reason = undefined
    this.#planEnd(session)
    this.#open()
  }

  #findFault(session: Session | undefined): string | undefined {
    if (session === undefined) return 'That is no token: it should be three parts with points between them.'
    return hasEnded(session, this.#ports.now()) ? 'That token has ended. Sign in with a new one.' : undefined
  }

  #signOut(reason?: string): void {
    this.#ports.store.forget()
    this.#callOffEnd()
    this.#screen?.close?.()
    this.#screen = undefined
    this.#session = undefined
    this.#reason = reason
    this.#wantsFocus = true
    this.#redraw()
  }

  #planEnd(session: Session): void {
    const { expiresAt } = session
    this.#callOffEnd()
    if (expiresAt === undefined) return
    // A timer holds 24 days at most.
    const milliseconds = Math.min(expiresAt.getTime() - this.#ports.now().getTime(), 2 ** 31 - 1)
    this.#callOffEnd = this.#ports.surroundings.after(milliseconds, () => {
      if (hasEnded(session, this.#ports.now())) this.#signOut('Your token has ended. Sign in with a new one.')
      else this.#planEnd(session)
    })
  }

  #open(): void {
    const session = this.#session
    if (session === undefined) return
    // The first screen is where the reader already is; on the way to another the reader is told.
    this.#wantsFocus = this.#screen !== undefined
    this.#screen?.close?.()
    this.#route = parseRoute(location.hash)
    this.#screen = openScreen(this.#route, {
      api: new Api({
        fetch: (...request) => fetch(...request),
        token: session.token,
        onUnauthenticated: message => {
          if (this.#session === session) this.#signOut(`${message} Sign in again.`)
        },
      }),
      session,
      surroundings: this.#ports.surroundings,
      now: this.#ports.now,
      redraw: () => this.#redraw(),
      go: address => location.assign(address),
      replace: address => location.replace(address),
    })
    scrollTo(0, 0)
    this.#redraw()
  }

  #redraw(): void {
    if (this.#isDrawing) return
    this.#isDrawing = true
    // Not with the next frame: a tab that is not in front has none, and what is asked of it would wait.
    queueMicrotask(() => {
      this.#isDrawing = false
      this.#draw()
      if (!this.#wantsFocus) return
      this.#wantsFocus = false
      this.#ports.host.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true })
    })
  }

  #draw(): void {
    const [session, screen] = [this.#session, this.#screen]
    const isSignedIn = session !== undefined && screen !== undefined
    document.title = `${isSignedIn ? screen.title : 'Sign in'} – Settle`
    const page = isSignedIn
      ? shellView({
          session,
          screen,
          route: this.#route,
          now: this.#ports.now(),
          onSearch: id => location.assign(addressOf.find(id)),
          onSignOut: () => this.#signOut(),
        })
      : signInView(this.#reason, token => this.#signIn(token))
    render(html`${page}`, this.#ports.host)
  }
}
