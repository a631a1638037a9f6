import { expect, test } from '@jest/globals'
import { Journal } from '../../loadgen/load/journal.ts'
import { pairsOf, type Skew } from '../../loadgen/load/pick-pair.ts'
import { type TransferOptions, Transfers } from '../../loadgen/load/transfers.ts'

const OPTIONS: TransferOptions = {
  ...{ runId: 'r', accounts: 100, skew: 'uniform', zipfExponent: 1, refusedPercent: 0, seed: 1 },
}
const DRAWN = 50_000

/** How often each account is the source and the destination. */
function count(skew: Skew, zipfExponent = 1) {
  const [sources, destinations] = [new Array<number>(101).fill(0), new Array<number>(101).fill(0)]
  const pairOf = pairsOf({ skew, zipfExponent, accounts: 100, seed: 1 })
  for (let index = 0; index < DRAWN; index += 1) {
    const { source, destination } = pairOf(index)
    if (source === destination) throw new Error(`account ${source} pays itself`)
    sources[source] = (sources[source] ?? 0) + 1
    destinations[destination] = (destinations[destination] ?? 0) + 1
  }
  return { sources, destinations }
}

/** Within five standard deviations of what so many draws of this chance come to. */
function expectShare(counted: number | undefined, chance: number): void {
  const deviation = Math.sqrt(DRAWN * chance * (1 - chance))
  expect(Math.abs((counted ?? 0) - DRAWN * chance)).toBeLessThan(5 * deviation)
}

test('has every account as busy as any other, on both sides', () => {
  const { sources, destinations } = count('uniform')
  for (let account = 0; account < 100; account += 1) {
    expectShare(sources[account], 0.01)
    expectShare(destinations[account], 0.01)
  }
})

test('has nine tenths of the transfers leave, or reach, the hot account, and spreads the rest', () => {
  const hotSource = count('hot-source')
  expectShare(hotSource.sources[0], 0.9 + 0.1 / 100)
  expectShare(hotSource.destinations[50], 0.9 / 99 + 0.1 / 100)
  const hotDestination = count('hot-destination')
  expectShare(hotDestination.destinations[0], 0.9 + 0.1 / 100)
  expectShare(hotDestination.sources[50], 0.9 / 99 + 0.1 / 100)
})

test.each([1, 1.5])('has an account of rank r as busy as 1 / r to the power of %s', exponent => {
  const { sources } = count('zipf', exponent)
  const sum = Array.from({ length: 100 }, (_, rank) => (rank + 1) ** -exponent).reduce(
    (all, one) => all + one,
    0,
  )
  for (const rank of [1, 2, 3, 10, 50, 100]) expectShare(sources[rank - 1], rank ** -exponent / sum)
})

test('takes every deposit out of the world, and into an account', () => {
  const { sources, destinations } = count('world')
  expect(sources[100]).toBe(DRAWN)
  expect(destinations[100]).toBe(0)
  expectShare(destinations[7], 0.01)
})

test('makes the same transfers of the same seed, others of another, and reckons with what it sends', () => {
  const transfers = new Transfers({ ...OPTIONS, refusedPercent: 20 })
  const text = transfers.jsonArray(0, 1000)
  expect(new Transfers({ ...OPTIONS, refusedPercent: 20 }).jsonArray(0, 1000)).toBe(text)
  expect(new Transfers({ ...OPTIONS, refusedPercent: 20, seed: 2 }).jsonArray(0, 1000)).not.toBe(text)
  let refused = 0
  for (const [index, sent] of (JSON.parse(text) as Record<string, unknown>[]).entries()) {
    const { source, destination, amount, isToBeRefused } = transfers.at(index)
    expect(sent).toEqual({
      transactionId: `load-r-${index}`,
      sourceAccountId: transfers.accountIds[source],
      destinationAccountId: transfers.accountIds[destination],
      amount: Number(amount) / 10_000,
      currency: 'USD',
    })
    expect(isToBeRefused).toBe(source === transfers.poor)
    expect(transfers.numberOf(`load-r-${index}`)).toBe(index)
    if (isToBeRefused) refused += 1
  }
  expect(Math.abs(refused - 200)).toBeLessThan(5 * Math.sqrt(1000 * 0.2 * 0.8))
  expect(transfers.numberOf('load-q-1')).toBeUndefined()
})

test('keeps what is known of more transfers than it began with room for', () => {
  const journal = new Journal(1000)
  for (let request = 0; request < 5000; request += 1) journal.send(request)
  journal.accept(70_000)
  expect(journal.decide(4_999_999, 'COMPLETED')).toBe(true)
  expect(journal.decide(4_999_999, 'COMPLETED')).toBe(false)
  expect(journal.decide(5_000_000, 'COMPLETED')).toBe(false)
  expect([...journal.waiting()]).toEqual([70_000])
  expect(journal.decisionOf(4_999_999)).toBe('COMPLETED')
  expect(journal.intendedMsOf(4_999_999)).toBe(4999)
})
