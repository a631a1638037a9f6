import { seededFaker } from '../random/seeded-faker.ts'
import type { MockOptions } from './mock-options.ts'

/** As in the schema AccountRequest. */
export type MockAccount = {
  readonly accountId: string
  readonly accountType: string
  readonly currency: string
}

/** Makes the accounts of a seed; more accounts of one seed begin with the same ones. */
export function mockAccounts({ accounts, seed, currency }: MockOptions): readonly MockAccount[] {
  const faker = seededFaker(seed)
  const made = new Map<string, MockAccount>()
  while (made.size < accounts) {
    const accountId = `acc-${faker.finance.accountNumber(10)}`
    const accountType = faker.helpers.arrayElement(['CHECKING', 'SAVINGS'])
    if (!made.has(accountId)) made.set(accountId, { accountId, accountType, currency })
  }
  return [...made.values()]
}
