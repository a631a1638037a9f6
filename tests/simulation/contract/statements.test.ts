import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { History } from '../history.ts'
import { runSeeds } from '../run-jobs.ts'
import {
  type Asked,
  type ContractDatabase,
  mirrored,
  openRealDatabase,
  openSimulatedDatabase,
} from './both-databases.ts'
import { runRequests } from './run-requests.ts'

/** A bound on a hang: each statement is asked twice, on whatever machine. */
const HANG_MS = 120_000

let real: ContractDatabase
const asked: Asked[] = []
beforeAll(async () => {
  real = await openRealDatabase()
  expect(await runRequests(mirrored(openSimulatedDatabase(), real, asked), asked)).toEqual([])
}, HANG_MS)
afterAll(() => real.close())

test('the simulated database answers every statement as the real one does', () => {
  const different = asked.filter(({ simulated, real }) => JSON.stringify(simulated) !== JSON.stringify(real))
  expect(different).toEqual([])
  expect(asked.length).toBeGreaterThan(100)
})

test(
  'every statement that a history asks is among those of run-requests.ts',
  async () => {
    const histories: History[] = []
    const settings = { seed: 1, orders: 12, callers: 4, break: undefined, traces: true }
    const { signal } = new AbortController()
    await runSeeds(settings, { seeds: 100, signal, onHistory: history => histories.push(history) })
    const known = new Set(asked.map(({ sql }) => sql))
    const unknown = new Set(histories.flatMap(({ statements }) => statements).filter(sql => !known.has(sql)))
    expect([...unknown]).toEqual([])
  },
  HANG_MS,
)
