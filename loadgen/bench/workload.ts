import type { AccountId } from '../../lib/ledger/account.ts'
import type { Money } from '../../lib/ledger/money.ts'
import type { TransactionId } from '../../lib/ledger/transaction.ts'
import { seededFaker } from '../random/seeded-faker.ts'

/** Which accounts the transfers are between: any two, or in nine of ten cases one and the same on a side. */
export const SKEWS = ['uniform', 'hot-source', 'hot-destination'] as const
export type Skew = (typeof SKEWS)[number]

const HOT_SHARE = 0.9

export type Transfer = {
  readonly transactionId: TransactionId
  readonly sourceAccountId: AccountId
  readonly destinationAccountId: AccountId
  readonly amount: Money
}

/** The same for every contender. */
export type Workload = {
  readonly accountIds: readonly AccountId[]
  /** Sent first and not timed: connections are opened, code is compiled. */
  readonly warmUp: readonly Transfer[]
  readonly transfers: readonly Transfer[]
}

export type Size = {
  readonly skew: Skew
  readonly accounts: number
  readonly transfers: number
  readonly seed: number
}

/** Makes transfers that belong to the seed. No account can run short of money, see `insertAccounts`. */
export function makeWorkload({ skew, accounts, transfers, seed }: Size): Workload {
  const random = seededFaker(seed).number
  const accountIds = Array.from({ length: accounts }, (_, index) => `bench-${index}` as AccountId)
  const [hot] = accountIds as [AccountId]
  const pick = (other?: AccountId): AccountId => {
    const picked = accountIds[random.int(accounts - 1)] as AccountId
    return picked === other ? pick(other) : picked
  }
  const make = (name: string) => (_: unknown, index: number) => {
    const isHot = skew !== 'uniform' && random.float() < HOT_SHARE
    const one = isHot ? hot : pick()
    const other = pick(one)
    const [sourceAccountId, destinationAccountId] = skew === 'hot-destination' ? [other, one] : [one, other]
    const amount = BigInt(random.int({ min: 1, max: 999 })) * 100n
    return {
      transactionId: `${name}-${index}` as TransactionId,
      sourceAccountId,
      destinationAccountId,
      amount,
    }
  }
  return {
    accountIds,
    warmUp: Array.from({ length: Math.min(40_000, Math.ceil(transfers / 2)) }, make('warm-up')),
    transfers: Array.from({ length: transfers }, make('transfer')),
  }
}
