import { type HistoryPage, joinHistory } from './account.ts'
import type { Answer, Refusal } from './answer.ts'
import type { AccountTransaction } from './transaction.ts'

export type HistoryPorts = {
  readonly ask: (query: string) => Promise<Answer<HistoryPage>>
  readonly onChange: () => void
}

const PAGE = 25

/** The transactions of an account as far as they were asked for, the newest first. */
export class AccountHistory {
  readonly #ports: HistoryPorts
  #isAsking = false
  #mayBeOld = false
  transactions: readonly AccountTransaction[] | undefined
  refusal: Refusal | undefined
  cursor: string | undefined

  constructor(ports: HistoryPorts) {
    this.#ports = ports
  }

  get isAsking(): boolean {
    return this.#isAsking
  }

  get hasPending(): boolean {
    return this.transactions?.some(({ status }) => status === 'PENDING') ?? false
  }

  /** Asks for the newest page. What happens meanwhile is asked for once more, and not at once for each event. */
  async refresh(): Promise<void> {
    this.#mayBeOld = true
    if (this.#isAsking) return
    while (this.#mayBeOld) {
      this.#mayBeOld = false
      const page = await this.#ask('')
      if (page !== undefined) this.#takeNewest(page)
      this.#ports.onChange()
    }
  }

  async showMore(): Promise<void> {
    if (this.#isAsking || this.cursor === undefined) return
    const page = await this.#ask(`&cursor=${this.cursor}`)
    if (page !== undefined) {
      this.transactions = [...(this.transactions ?? []), ...page.transactions]
      this.cursor = page.nextCursor
    }
    this.#ports.onChange()
    if (this.#mayBeOld) await this.refresh()
  }

  #takeNewest({ transactions, nextCursor }: HistoryPage): void {
    const joined = this.transactions === undefined ? undefined : joinHistory(this.transactions, transactions)
    // The cursor of the oldest page that is shown stays, unless all that was shown was left behind.
    if (joined === undefined || (this.transactions?.length ?? 0) === 0) this.cursor = nextCursor
    this.transactions = joined ?? transactions
  }

  async #ask(query: string): Promise<HistoryPage | undefined> {
    this.#isAsking = true
    this.#ports.onChange()
    const answer = await this.#ports.ask(`?limit=${PAGE}${query}`)
    this.#isAsking = false
    this.refusal = answer.ok ? undefined : answer
    return answer.ok ? answer.body : undefined
  }
}
