import { type Account, type Balance, type HistoryPage, newerBalance } from './account.ts'
import { AccountHistory } from './account-history.ts'
import { isForGood, type Refusal } from './answer.ts'
import { BalanceFeed, type FeedConnection } from './balance-feed.ts'
import { balanceView } from './balance-view.ts'
import { heading } from './heading.ts'
import { historyView } from './history-view.ts'
import { html, nothing, type TemplateResult } from './lit-html.js'
import { refusalNotice } from './notices.ts'
import { backOff, Repeater } from './repeater.ts'
import type { Desk, Screen } from './screen.ts'
import { idText } from './texts.ts'

/** `pending` changes with each acceptance, of which the stream does not tell. */
const PENDING_MILLISECONDS = 3000
const REFRESH_MILLISECONDS = 300
const SLOWEST_MILLISECONDS = 15_000

/** One account, live. */
export class AccountScreen implements Screen {
  readonly title: string
  readonly #desk: Desk
  readonly #path: string
  readonly #id: string
  readonly #feed: BalanceFeed
  readonly #repeater: Repeater
  readonly #history: AccountHistory
  #account: Account | undefined
  #balance: Balance | undefined
  #pending: string | null | undefined
  #connection: FeedConnection = { kind: 'connecting' }
  #refusal: Refusal | undefined
  #failures = 0
  #planned: (() => void) | undefined

  constructor(desk: Desk, id: string) {
    this.#desk = desk
    this.#id = id
    this.title = `Account ${id}`
    this.#path = `/api/v1/accounts/${encodeURIComponent(id)}`
    this.#history = new AccountHistory({
      ask: query => desk.api.get<HistoryPage>(`${this.#path}/transactions${query}`),
      onChange: desk.redraw,
    })
    this.#feed = this.#openFeed()
    this.#repeater = new Repeater(desk.surroundings, signal => this.#ask(signal))
    this.#repeater.start()
    this.#feed.start()
    void this.#history.refresh()
  }

  close(): void {
    this.#feed.stop()
    this.#repeater.stop()
    this.#planned?.()
  }

  view(): TemplateResult {
    const account = this.#account
    const refusal = this.#refusal
    const now = this.#desk.now()
    return html`
      ${heading('Account', idText(this.#id), account?.status)}
      ${refusal === undefined ? nothing : refusalNotice(refusal, () => this.#retry())}
      ${
        account === undefined && refusal !== undefined
          ? nothing
          : html`${balanceView({
              account,
              balance: this.#balance,
              pending: this.#pending,
              connection: this.#connection,
              now,
            })}
            ${historyView(this.#history, now)}`
      }
    `
  }

  #openFeed(): BalanceFeed {
    const { api, surroundings, redraw } = this.#desk
    return new BalanceFeed({
      open: (headers, signal) => api.open(`${this.#path}/balance/stream`, headers, signal),
      surroundings,
      onBalance: balance => {
        const isFirst = this.#balance === undefined
        this.#balance = newerBalance<Balance>(this.#balance, balance)
        if (!isFirst) this.#planRefresh()
        redraw()
      },
      onState: connection => {
        this.#connection = connection
        redraw()
      },
    })
  }

  /** A balance that changed means another line of history; one that changes all the time is asked for now and then. */
  #planRefresh(): void {
    this.#planned ??= this.#desk.surroundings.after(REFRESH_MILLISECONDS, () => {
      this.#planned = undefined
      void this.#history.refresh()
    })
  }

  #retry(): void {
    this.#repeater.start()
    void this.#history.refresh()
  }

  async #ask(signal: AbortSignal): Promise<number | undefined> {
    const { api, redraw } = this.#desk
    const [account, balance] = await Promise.all([
      api.get<Account>(this.#path, signal),
      api.get<Balance>(`${this.#path}/balance`, signal),
    ])
    if (signal.aborted) return undefined
    if (account.ok) this.#account = account.body
    if (balance.ok) {
      this.#balance = newerBalance<Balance>(this.#balance, balance.body)
      // What is accepted or refused changes no balance: it is seen by what is pending.
      if (this.#history.hasPending || this.#pending !== balance.body.pending) this.#planRefresh()
      this.#pending = balance.body.pending
    }
    this.#refusal = [account, balance].find(answer => !answer.ok)
    this.#failures = this.#refusal === undefined ? 0 : this.#failures + 1
    redraw()
    if (this.#refusal !== undefined && isForGood(this.#refusal)) return undefined
    return Math.max(PENDING_MILLISECONDS, backOff(this.#failures, PENDING_MILLISECONDS, SLOWEST_MILLISECONDS))
  }
}
