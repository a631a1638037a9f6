import type { Answer, Refusal } from './answer.ts'

type Fault = { readonly code: string; readonly subject: string; readonly message: string }

/** An answer of `GET /api/v1/ledger/verification`, as far as it is shown. */
export type Verification = {
  readonly complete: boolean
  readonly checked: { readonly transactions: number; readonly accounts: number }
  readonly pass: { readonly completedAt?: string }
  readonly sums?: readonly {
    readonly currency: string
    readonly accounts: number
    readonly balance: string
  }[]
  readonly faultCount: number
  readonly faults: readonly Fault[]
}

export type Verifying =
  | { readonly kind: 'idle' }
  | { readonly kind: 'checking'; readonly transactions: number; readonly accounts: number }
  | { readonly kind: 'done'; readonly verification: Verification; readonly transactions: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** Asks until everything is verified: each answer goes on where the one before left off. */
export class Verifier {
  readonly #ask: () => Promise<Answer<Verification>>
  readonly #onChange: () => void
  #isStopped = false
  state: Verifying = { kind: 'idle' }

  constructor(ask: () => Promise<Answer<Verification>>, onChange: () => void) {
    this.#ask = ask
    this.#onChange = onChange
  }

  async check(): Promise<void> {
    if (this.state.kind === 'checking') return
    let [transactions, accounts] = [0, 0]
    for (;;) {
      this.#show({ kind: 'checking', transactions, accounts })
      const answer = await this.#ask()
      if (this.#isStopped) return
      if (!answer.ok) return this.#show({ kind: 'refused', refusal: answer })
      transactions += answer.body.checked.transactions
      accounts += answer.body.checked.accounts
      if (answer.body.complete) {
        return this.#show({ kind: 'done', verification: answer.body, transactions })
      }
    }
  }

  /** Asks no more. What was verified stays so: whoever checks again goes on from there. */
  stop(): void {
    this.#isStopped = true
  }

  #show(state: Verifying): void {
    this.state = state
    this.#onChange()
  }
}
