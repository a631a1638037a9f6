import { seededFaker } from '../random/seeded-faker.ts'
import type { MockAccount } from './mock-accounts.ts'

/** Hundredths of the currency's unit, as most currencies are counted. */
export type Cents = bigint

export type MockPayment = {
  readonly transactionId: string
  /** One of those with a deposit. */
  readonly payer: string
  readonly payee: string
  readonly amount: Cents
}

const SMALLEST: Cents = 100n
const LARGEST: Cents = 50_000n

/** Makes payments among accounts, of 1.00 to 500.00 each; the same arguments give the same ones again. */
export function* mockPayments(
  accounts: readonly MockAccount[],
  payers: number,
  count: number,
  seed: number,
): Generator<MockPayment> {
  // The counts are part of the seed, so that ids of two files do not meet.
  const faker = seededFaker(seed, accounts.length, payers, count)
  const pick = (from: number) => faker.number.int({ max: from - 1 })
  for (let made = 0; made < count; made += 1) {
    const payer = pick(payers)
    // One of the others: those from the payer on move up by one.
    const other = pick(accounts.length - 1)
    const payee = other < payer ? other : other + 1
    yield {
      transactionId: faker.string.uuid(),
      payer: accounts[payer]?.accountId ?? '',
      payee: accounts[payee]?.accountId ?? '',
      amount: faker.number.bigInt({ min: SMALLEST, max: LARGEST }),
    }
  }
}
