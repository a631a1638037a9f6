import { formatMoney } from '../../lib/ledger/money.ts'
import { seededFaker } from '../random/seeded-faker.ts'
import type { MockAccount } from './mock-accounts.ts'
import type { MockOptions } from './mock-options.ts'
import { type Cents, mockPayments } from './mock-payments.ts'

/** As in the schema TransactionRequest. */
export type MockTransaction = {
  readonly transactionId: string
  readonly sourceAccountId: string
  readonly destinationAccountId: string
  readonly amount: string
  readonly currency: string
  readonly timestamp: string
}

type Transfer = Omit<MockTransaction, 'amount' | 'currency' | 'timestamp'> & { readonly amount: Cents }

/** Beyond what an account is to pay. */
const LEAST_REST: Cents = 10_000n
const MOST_REST: Cents = 1_000_000n
const FIRST_YEAR = 2000
const YEARS = 25

/**
 * Makes transactions in order of time: first deposits, each of as much as its account is to pay and more,
 * then payments. So once the deposits are in, no payment is refused, in whatever order they come.
 */
export function* mockTransactions(
  options: MockOptions,
  accounts: readonly MockAccount[],
): Generator<MockTransaction> {
  const { seed, transactions, currency } = options
  const faker = seededFaker(seed, transactions)
  const year = FIRST_YEAR + (seed % YEARS)
  const [begin, end] = [Date.UTC(year), Date.UTC(year + 1)]
  let made = 0
  for (const transfer of transfers(options, accounts)) {
    // Somewhere in its share of the year.
    const at = begin + ((end - begin) * (made + faker.number.float())) / transactions
    const timestamp = new Date(Math.floor(at)).toISOString()
    made += 1
    yield { ...transfer, amount: formatMoney(transfer.amount * 100n), currency, timestamp }
  }
}

function* transfers(options: MockOptions, accounts: readonly MockAccount[]): Generator<Transfer> {
  const { transactions, seed } = options
  const deposits = Math.min(accounts.length, Math.ceil(transactions / 2))
  const payments = () => mockPayments(accounts, deposits, transactions - deposits, seed)
  yield* depositsFor(options, accounts.slice(0, deposits), sumByPayer(payments()))
  // Made a second time rather than kept: the same seed gives the same, and memory holds no file of any size.
  for (const { transactionId, payer, payee, amount } of payments()) {
    yield { transactionId, sourceAccountId: payer, destinationAccountId: payee, amount }
  }
}

function sumByPayer(payments: Iterable<{ payer: string; amount: Cents }>): ReadonlyMap<string, Cents> {
  const sums = new Map<string, Cents>()
  for (const { payer, amount } of payments) sums.set(payer, (sums.get(payer) ?? 0n) + amount)
  return sums
}

function* depositsFor(
  { seed, transactions, currency }: MockOptions,
  accounts: readonly MockAccount[],
  toPay: ReadonlyMap<string, Cents>,
): Generator<Transfer> {
  const faker = seededFaker(seed, accounts.length, transactions)
  for (const { accountId } of accounts) {
    const rest = faker.number.bigInt({ min: LEAST_REST, max: MOST_REST })
    yield {
      transactionId: faker.string.uuid(),
      sourceAccountId: `world:${currency}`,
      destinationAccountId: accountId,
      amount: (toPay.get(accountId) ?? 0n) + rest,
    }
  }
}
