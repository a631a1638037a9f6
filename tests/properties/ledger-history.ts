import fc from 'fast-check'
import type { Account, AccountId } from '../../lib/ledger/account.ts'
import type { PendingTransaction, TransactionId, TransactionType } from '../../lib/ledger/transaction.ts'

/** An account of the histories; `world` accounts are without limit. */
export type Holder = {
  readonly name: string
  readonly currency: string
  readonly limit: bigint | null
  readonly status: Account['status']
}

export const HOLDERS: readonly Holder[] = [
  { name: 'world:USD', currency: 'USD', limit: null, status: 'ACTIVE' },
  { name: 'world:EUR', currency: 'EUR', limit: null, status: 'ACTIVE' },
  { name: 'a', currency: 'USD', limit: 0n, status: 'ACTIVE' },
  { name: 'b', currency: 'USD', limit: 0n, status: 'ACTIVE' },
  { name: 'c', currency: 'USD', limit: 20n, status: 'ACTIVE' },
  { name: 'd', currency: 'EUR', limit: 0n, status: 'ACTIVE' },
  { name: 'e', currency: 'EUR', limit: 5n, status: 'ACTIVE' },
  { name: 'frozen', currency: 'USD', limit: 0n, status: 'FROZEN' },
]

type Step = {
  readonly type: TransactionType
  readonly source: string
  readonly destination: string
  readonly amount: bigint
  /** Which earlier transaction it follows up, counted back from the last that it may. */
  readonly back: number
}

const name = fc.constantFrom(...HOLDERS.map(holder => holder.name))
const step: fc.Arbitrary<Step> = fc.record({
  type: fc.constantFrom<TransactionType>(
    ...([
      'transfer',
      'deposit',
      'withdrawal',
      'hold',
      'hold',
      'capture',
      'void',
      'reversal',
      'reversal',
    ] as const),
  ),
  source: name,
  destination: fc.oneof({ weight: 9, arbitrary: name }, { weight: 1, arbitrary: fc.constant('nobody') }),
  amount: fc.bigInt(1n, 30n),
  back: fc.nat(3),
})

/**
 * Accepted transactions in `seq` order. Follow-ups have the accounts of a parent of a fitting type that was accepted before
 * them, as ingest sees to; those for which there is none are left out.
 */
export const histories: fc.Arbitrary<PendingTransaction[]> = fc.array(step, { maxLength: 60 }).map(steps => {
  const accepted: PendingTransaction[] = []
  for (const next of steps) accepted.push(...accept(accepted, next))
  return accepted
})

function accept(accepted: readonly PendingTransaction[], step: Step): PendingTransaction[] {
  const { type, amount, back } = step
  const seq = accepted.length + 1
  const base = { seq, transactionId: `t${seq}` as TransactionId, type, amount, currency: null }
  const fitting = accepted.filter(candidate => fits(type, candidate.type))
  const parent = fitting.at(-1 - back) ?? fitting.at(-1)
  if (type === 'capture' || type === 'void' || type === 'reversal') {
    if (parent === undefined) return []
    const { sourceAccountId: from, destinationAccountId: to, transactionId } = parent
    const [sourceAccountId, destinationAccountId] = type === 'reversal' ? [to, from] : [from, to]
    const part = type === 'void' ? parent.amount : amount
    return [
      { ...base, amount: part, sourceAccountId, destinationAccountId, parentTransactionId: transactionId },
    ]
  }
  const world = `world:${HOLDERS.find(holder => holder.name === step.destination)?.currency ?? 'USD'}`
  const home = `world:${HOLDERS.find(holder => holder.name === step.source)?.currency ?? 'USD'}`
  return [
    {
      ...base,
      sourceAccountId: (type === 'deposit' ? world : step.source) as AccountId,
      destinationAccountId: (type === 'withdrawal' ? home : step.destination) as AccountId,
      parentTransactionId: null,
    },
  ]
}

function fits(type: TransactionType, parentType: TransactionType): boolean {
  if (type === 'reversal') return parentType !== 'hold' && parentType !== 'void' && parentType !== 'reversal'
  return parentType === 'hold'
}
