import { expect, test } from '@jest/globals'
import { BREAKS, type BreakName } from './break.ts'
import type { History } from './history.ts'
import { runSeeds, type Settings, shrinkSeed } from './run-jobs.ts'

const SETTINGS: Settings = { seed: 1, orders: 12, callers: 4, break: undefined }
const SEEDS = 2000

/** The first of so many histories that breaks a promise; undefined if none does. */
async function findBroken(settings: Settings): Promise<History | undefined> {
  const found = new AbortController()
  let broken: History | undefined
  const onHistory = (history: History) => {
    if (broken !== undefined || history.broken.length === 0) return
    broken = history
    found.abort()
  }
  await runSeeds(settings, { seeds: SEEDS, signal: found.signal, onHistory }).catch(error => {
    if (broken === undefined) throw error
  })
  return broken
}

/** With which words each is seen. */
const SIGNS: Readonly<Record<BreakName, RegExp>> = {
  // Two that read one version both write the next.
  'no-account-locks': /stands in place/,
  'acknowledges-first': /was still PENDING when its bell was answered/,
  'cache-without-version': /went back from/,
  'no-outbox': /nobody was told|stays behind/,
  'sweeper-does-not-ring': /is still PENDING/,
  'redelivery-applied-again': /entries|messages were not taken/,
  'bisect-drops-the-rest': /was given up, and could have been applied/,
  'pending-over-final': /was final, and then PENDING again/,
  'given-up-outside-the-chain': /and is in none/,
}

test.each(Object.keys(BREAKS) as BreakName[])(
  'finds within 2,000 histories a protocol with a safeguard taken out: %s',
  async name => {
    const broken = await findBroken({ ...SETTINGS, break: name })
    expect(broken?.broken.join('\n')).toMatch(SIGNS[name])
  },
  // A bound on a hang: it may take all of the 2,000.
  240_000,
)

test('a seed gives the same history again, step by step, and another seed another', async () => {
  const histories: History[] = []
  const run = (seed: number) =>
    runSeeds(
      { ...SETTINGS, seed, traces: true },
      { seeds: 1, signal: new AbortController().signal, onHistory: history => histories.push(history) },
    )
  for (const seed of [7, 7, 8]) await run(seed)
  const [first, again, other] = histories
  expect(first?.trace.length).toBeGreaterThan(100)
  expect(again?.trace).toEqual(first?.trace)
  expect(other?.trace).not.toEqual(first?.trace)
})

test('makes a broken history small enough to be read', async () => {
  const { history } = await shrinkSeed(
    { ...SETTINGS, seed: 5, break: 'no-outbox' },
    { signal: new AbortController().signal, onTry: () => undefined },
  )
  expect(history.broken.join('\n')).toMatch(/nobody was told|stays behind/)
  expect(history.trace.length).toBeLessThan(60)
  expect(history.trace.join('\n')).toMatch(/FAULT \d+: /)
})
