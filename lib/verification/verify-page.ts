import { formatMoney } from '../ledger/money.ts'
import type { Database, SqlTransaction } from '../mysql/connect.ts'
import { type CurrencySum, findSums } from '../mysql/find-sums.ts'
import { insertFaults } from '../mysql/verification-faults.ts'
import { lockVerification, type VerificationState, writeVerification } from '../mysql/verification-state.ts'
import type { Fault } from './fault.ts'
import { verifyLinks } from './verify-links.ts'
import { verifyAccounts, verifyParents, verifySeqs } from './verify-rows.ts'

/** What a page verified. */
export type VerifiedPage = {
  readonly links: number
  readonly transactions: number
  /** The accounts that were held against their entries. */
  readonly accountIds: readonly string[]
  /** Once everything there is has been verified, and each account held against its entries: what each currency sums to. */
  readonly sums: readonly CurrencySum[] | undefined
}

/**
 * Goes on with the verification by one page, in one SQL transaction: it sees the ledger as it is at one moment, whatever workers
 * settle meanwhile, and takes no lock that a worker waits for. Links first: what is compared with rows as they are now must
 * have all links behind it. What it finds is kept.
 */
export function verifyPage(db: Database, now: Date): Promise<VerifiedPage> {
  return db.transaction(
    async transaction => {
      const state = await lockVerification(transaction)
      const { faults, links, transactions, isAtEnd } = await verifyLinks(transaction, state)
      const rest = isAtEnd ? await verifyRest(transaction, state, now) : undefined
      await insertFaults(transaction, [...faults, ...(rest?.faults ?? [])], now)
      return { links, transactions, accountIds: rest?.accountIds ?? [], sums: rest?.sums }
    },
    { isolationLevel: 'repeatable read' },
  )
}

type Rest = {
  readonly faults: readonly Fault[]
  readonly accountIds: readonly string[]
  readonly sums: readonly CurrencySum[] | undefined
}

async function verifyRest(transaction: SqlTransaction, state: VerificationState, now: Date): Promise<Rest> {
  const parents = await verifyParents(transaction, state)
  const seqs = await verifySeqs(transaction, state)
  const accounts = await verifyAccounts(transaction, state)
  const isComplete = accounts.isAtEnd && parents.isAtEnd && seqs.isAtEnd
  const sums = isComplete ? await findSums(transaction) : undefined
  await writeVerification(transaction, {
    ...state,
    throughSeq: seqs.place,
    accountCursor: accounts.isAtEnd ? '' : (accounts.place.at(-1) ?? ''),
    completedAt: isComplete ? now.toISOString() : state.completedAt,
  })
  const faults = [...parents.faults, ...seqs.faults, ...accounts.faults, ...(sums ?? []).flatMap(checkSum)]
  return { faults, accountIds: accounts.place, sums }
}

function checkSum({ currency, balance }: CurrencySum): Fault[] {
  if (balance === 0n) return []
  const message = `the balances in ${currency} sum to ${formatMoney(balance)}`
  return [{ code: 'sum_not_zero', subject: currency, message }]
}
