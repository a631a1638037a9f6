import type { Account } from './account.ts'
import {
  type Applied,
  type Decided,
  movesMoney,
  type Outcome,
  type Parent,
  type Reserved,
  type TransactionStatus,
} from './transaction.ts'

/** What a batch is decided over, besides the accounts. */
export type Surroundings = {
  /** The parents of the follow-ups in the batch, by id, those in the batch included. */
  readonly parents?: ReadonlyMap<string, Parent>
  /**
   * For an account, the lowest `seq` of the credits to it that are accepted but stand outside the batch. Accounts
   * that are missing have none.
   */
  readonly pendingCredits?: ReadonlyMap<string, number>
}

/** Everything a decision rests on, as it stands after the decisions before it. */
export class Books {
  readonly #accounts: Map<string, Account>
  readonly #parents: Map<string, Parent>
  readonly #credits: Map<string, number>
  readonly #waiting = new Set<string>()
  readonly #changed = new Set<string>()
  readonly #changedParents = new Set<string>()

  constructor(accounts: ReadonlyMap<string, Account>, { parents, pendingCredits }: Surroundings) {
    this.#accounts = new Map(accounts)
    this.#parents = new Map(parents)
    this.#credits = new Map(pendingCredits)
  }

  get accounts(): ReadonlyMap<string, Account> {
    return this.#accounts
  }

  get parents(): ReadonlyMap<string, Parent> {
    return this.#parents
  }

  get changedAccounts(): Account[] {
    return [...this.#accounts.values()].filter(({ accountId }) => this.#changed.has(accountId))
  }

  get changedParents(): Parent[] {
    return [...this.#parents.values()].filter(({ transactionId }) => this.#changedParents.has(transactionId))
  }

  /** True when something the source sent earlier is deferred. */
  isWaiting(sourceAccountId: string): boolean {
    return this.#waiting.has(sourceAccountId)
  }

  /** True when a credit to the account, accepted before `seq`, is not decided. */
  hasCreditBefore(accountId: string, seq: number): boolean {
    const credit = this.#credits.get(accountId)
    return credit !== undefined && credit < seq
  }

  /** Takes a decision in, for those that follow. */
  record(outcome: Outcome): void {
    const { transaction } = outcome
    if (outcome.kind === 'deferred') {
      this.#waiting.add(transaction.sourceAccountId)
      // Batches run in seq order, so the first deferred credit is the lowest.
      const { destinationAccountId, seq } = transaction
      if (movesMoney(transaction) && !this.#credits.has(destinationAccountId)) {
        this.#credits.set(destinationAccountId, seq)
      }
      return
    }
    if (outcome.kind !== 'rejected') this.#enter(outcome)
    // It may be the parent of a later one.
    const itself = this.#parents.get(transaction.transactionId)
    if (itself) this.#parents.set(transaction.transactionId, { ...itself, status: statusAfter(outcome) })
  }

  #enter(outcome: Applied | Reserved): void {
    const { transaction, heldChange } = outcome
    const source = this.#known(transaction.sourceAccountId)
    const held = source.held + heldChange
    if (held < 0n) throw new Error(`account ${source.accountId} would hold ${held}`)
    this.#change({ ...source, held, balance: outcome.sourceBalanceAfter, version: outcome.sourceVersion })
    if (outcome.kind === 'applied') {
      const destination = this.#known(transaction.destinationAccountId)
      const { destinationBalanceAfter: balance, destinationVersion: version } = outcome
      this.#change({ ...destination, balance, version })
    }
    const parent = transaction.parentTransactionId && this.#parents.get(transaction.parentTransactionId)
    if (!parent) return
    this.#parents.set(parent.transactionId, parentAfter(parent, outcome))
    this.#changedParents.add(parent.transactionId)
  }

  #change(account: Account): void {
    this.#accounts.set(account.accountId, account)
    this.#changed.add(account.accountId)
  }

  #known(accountId: string): Account {
    const account = this.#accounts.get(accountId)
    if (account === undefined) throw new Error(`applied without account ${accountId}`)
    return account
  }
}

/** What a decision makes of the transaction itself. */
export function statusAfter({ kind, transaction }: Decided): TransactionStatus {
  if (kind === 'rejected') return 'FAILED'
  return transaction.type === 'hold' ? 'HELD' : 'COMPLETED'
}

/** The parent as the follow-up leaves it. */
function parentAfter(parent: Parent, { transaction }: Outcome): Parent {
  switch (transaction.type) {
    case 'capture':
      return { ...parent, status: 'COMPLETED', settledAmount: transaction.amount }
    case 'void':
      return { ...parent, status: 'VOIDED' }
    default:
      return { ...parent, settledAmount: parent.settledAmount + transaction.amount }
  }
}
