import type { PendingTransaction } from '../../lib/ledger/transaction.ts'
import { HOLDERS } from './ledger-history.ts'

/** What became of a transaction: FAILED, HELD, COMPLETED or VOIDED, and what follow-ups have taken of it. */
type Entry = { transaction: PendingTransaction; status: string; taken: bigint }

/**
 * The simplest ledger there is, as a second opinion: one transaction after the other, from an empty book, every sum made
 * anew from all that was written. It shares no code with the first.
 */
export class LedgerModel {
  readonly #entries = new Map<string, Entry>()

  constructor(transactions: readonly PendingTransaction[]) {
    for (const transaction of transactions) {
      const entry: Entry = { transaction, status: 'FAILED', taken: 0n }
      this.#entries.set(transaction.transactionId, entry)
      if (this.#allows(transaction)) this.#write(entry)
    }
  }

  get statuses(): string[] {
    return [...this.#entries.values()].map(({ status }) => status)
  }

  balance(name: string): bigint {
    let sum = 0n
    for (const { transaction, status } of this.#entries.values()) {
      const moved = status === 'COMPLETED' && transaction.type !== 'hold' && transaction.type !== 'void'
      if (!moved) continue
      if (transaction.sourceAccountId === name) sum -= transaction.amount
      if (transaction.destinationAccountId === name) sum += transaction.amount
    }
    return sum
  }

  held(name: string): bigint {
    let sum = 0n
    for (const { transaction, status } of this.#entries.values()) {
      if (status === 'HELD' && transaction.sourceAccountId === name) sum += transaction.amount
    }
    return sum
  }

  #allows({ type, sourceAccountId, destinationAccountId, amount, parentTransactionId }: PendingTransaction) {
    const source = HOLDERS.find(({ name }) => name === sourceAccountId)
    const destination = HOLDERS.find(({ name }) => name === destinationAccountId)
    if (!source || !destination || source === destination) return false
    const parent = this.#entries.get(parentTransactionId ?? '')
    if (type === 'void') return parent?.status === 'HELD'
    if (source.status !== 'ACTIVE' || destination.status !== 'ACTIVE') return false
    if (source.currency !== destination.currency) return false
    if (type === 'capture') return parent?.status === 'HELD' && amount <= parent.transaction.amount
    if (type === 'reversal') {
      if (parent?.status !== 'COMPLETED' || amount > parent.transaction.amount - parent.taken) return false
    }
    if (source.limit === null) return true
    return this.balance(source.name) - this.held(source.name) + source.limit >= amount
  }

  #write(entry: Entry): void {
    const { type, amount, parentTransactionId } = entry.transaction
    entry.status = type === 'hold' ? 'HELD' : 'COMPLETED'
    const parent = this.#entries.get(parentTransactionId ?? '')
    if (parent === undefined) return
    if (type === 'void') parent.status = 'VOIDED'
    else parent.taken += amount
    if (type === 'capture') parent.status = 'COMPLETED'
  }
}
