import { expect, test } from '@jest/globals'
import { checkLedger, type LedgerCheck } from '../../loadgen/chaos/check-ledger.ts'
import { ClientTimes } from '../../loadgen/chaos/client-times.ts'
import { findOutOfOrder } from '../../loadgen/chaos/find-out-of-order.ts'
import type { LedgerRow } from '../../loadgen/chaos/read-ledger.ts'
import { retryingPath } from '../../loadgen/chaos/retrying-path.ts'
import { Journal } from '../../loadgen/load/journal.ts'
import type { Outcome, Path } from '../../loadgen/load/path.ts'
import { Transfers } from '../../loadgen/load/transfers.ts'

const row = (index: number, sourceVersion: number, given: Partial<LedgerRow> = {}): LedgerRow => ({
  ...{ index, seq: index, status: 'COMPLETED', sourceId: 'alice', sourceVersion, ...given },
})

/** Sent and answered at these moments, by number. */
function timesOf(moments: readonly (readonly [sentMs: number, answeredMs: number])[]): ClientTimes {
  const times = new ClientTimes()
  for (const [index, [sentMs, answeredMs]] of moments.entries()) {
    times.sent(index, 1, sentMs)
    times.answered(index, 1, answeredMs)
  }
  return times
}

test('finds what was applied before what its source had sent, or had accepted, earlier', () => {
  const after = timesOf([
    [0, 1],
    [2, 3],
    [4, 5],
  ])
  expect(findOutOfOrder([row(0, 1), row(1, 2), row(2, 3)], after)).toEqual([])
  expect(findOutOfOrder([row(0, 1), row(1, 3), row(2, 2)], after)).toEqual([
    'alice: transfer 2 was applied before 1',
  ])
  // Accepted in the wrong order, though the second was sent when the first had been answered.
  const swapped = [row(0, 2, { seq: 9 }), row(1, 1, { seq: 8 })]
  expect(findOutOfOrder(swapped, after)).toEqual(['alice: transfer 1 was applied before 0'])
  const together = timesOf([
    [0, 9],
    [2, 3],
  ])
  expect(findOutOfOrder(swapped, together)).toEqual([])
  // Of other sources, and of what is not applied, nothing follows.
  expect(findOutOfOrder([row(0, 2), row(1, 1, { sourceId: 'bob' }), row(2, 0)], after)).toEqual([])
})

function check(given: Partial<LedgerCheck> & { rows?: LedgerRow[] }) {
  const transfers = new Transfers({
    ...{ runId: 'r', accounts: 5, skew: 'uniform', zipfExponent: 1, refusedPercent: 0, seed: 1 },
  })
  const journal = new Journal(1)
  for (let index = 0; index < 3; index += 1) journal.accept(journal.send(0))
  const times = timesOf([0, 1, 2].map(index => [index * 1000, index * 1000 + 1]))
  const rows = given.rows ?? [0, 1, 2].map(index => row(index, index + 1))
  const heard = new Map(rows.map(({ index, status }) => [index, status]))
  const ear = { heard, outOfOrder: [], contradictions: [], deafness: [] }
  const ledger = { rows, strangers: [] }
  const { checked, losses } = checkLedger({
    ...{ ledger, journal, transfers, times, ear, toldWithinSeconds: 70, ...given },
  })
  return { losses, broken: checked.flatMap(({ broken }) => broken) }
}

test('finds what is lost, doubled, or not final', () => {
  expect(check({})).toEqual({ broken: [], losses: { lost: 0, doubled: 0, outOfOrder: 0 } })
  expect(check({ rows: [row(0, 1), row(1, 2)] })).toMatchObject({
    losses: { lost: 1 },
    broken: ['load-r-2 was accepted, and is nowhere'],
  })
  const pending = [row(0, 1), row(1, 2), row(2, 0, { status: 'PENDING' })]
  expect(check({ rows: pending }).broken).toEqual(['load-r-2 was accepted, and is PENDING'])
  expect(check({ rows: [0, 1, 2, 2].map((index, place) => row(index, place + 1)) })).toMatchObject({
    losses: { doubled: 1 },
    broken: ['load-r-2 is there twice'],
  })
})

test('misses a result that nobody told, unless the broker died when it could have it', () => {
  const ear = {
    heard: new Map([
      [0, 'FAILED'],
      [1, 'COMPLETED'],
    ]),
    ...{ outOfOrder: [], contradictions: [] },
  }
  const mistold = 'load-r-0 was told FAILED, and is COMPLETED'
  expect(check({ ear: { ...ear, deafness: [] } }).broken).toEqual([mistold, 'load-r-2 was never told'])
  expect(check({ ear: { ...ear, deafness: [{ fromMs: 60_000, untilMs: 61_000 }] } }).broken).toEqual([
    mistold,
  ])
  expect(check({ ear: { ...ear, deafness: [{ fromMs: 90_000, untilMs: 91_000 }] } }).broken).toHaveLength(2)
  expect(check({ ear: { ...ear, deafness: [{ fromMs: 0, untilMs: 1000 }] } }).broken).toHaveLength(2)
})

/** Answers with these, one after another, and notes what was sent. */
function scripted(outcomes: readonly Outcome[]): { path: Path; sent: [number, number][] } {
  const sent: [number, number][] = []
  const send: Path['send'] = (first, count, onOutcome) => {
    const outcome = outcomes[sent.length]
    sent.push([first, count])
    if (outcome !== undefined) onOutcome(outcome)
  }
  return { path: { send, close: async () => undefined }, sent }
}

const interrupted = new AbortController().signal
const UNKNOWN: Outcome = { kind: 'unknown', code: 'ECONNRESET' }
const OVERLOADED: Outcome = { kind: 'denied', code: 'overloaded' }

async function sendWith(outcomes: readonly Outcome[], patienceSeconds = 60) {
  const { path, sent } = scripted(outcomes)
  const attempts: Outcome[] = []
  const retrying = retryingPath(path, {
    ...{
      seed: 1,
      patienceSeconds,
      interrupted,
      onAttempt: (_first, _count, outcome) => attempts.push(outcome),
    },
  })
  const outcome = await new Promise<Outcome>(resolve => retrying.send(40, 3, resolve))
  return { outcome, sent, attempts }
}

test('sends the same again until it is answered, and tells of each attempt', async () => {
  const outcomes: Outcome[] = [UNKNOWN, OVERLOADED, { kind: 'accepted' }]
  const { outcome, sent, attempts } = await sendWith(outcomes)
  expect(outcome).toEqual({ kind: 'accepted' })
  expect(sent).toEqual([
    [40, 3],
    [40, 3],
    [40, 3],
  ])
  expect(attempts).toEqual(outcomes)
})

test('takes a refusal for an answer, and never says that nothing was done when something may have been', async () => {
  const refused: Outcome = { kind: 'denied', code: 'invalid_request' }
  expect(await sendWith([refused])).toMatchObject({ outcome: refused, sent: [[40, 3]] })
  expect((await sendWith([OVERLOADED], -1)).outcome).toEqual(OVERLOADED)
  const { path } = scripted([UNKNOWN, OVERLOADED])
  const begin = performance.now()
  const retrying = retryingPath(path, {
    seed: 1,
    patienceSeconds: 0.05,
    interrupted,
    onAttempt: () => undefined,
  })
  const outcome = await new Promise<Outcome>(resolve => retrying.send(0, 1, resolve))
  expect(performance.now() - begin).toBeGreaterThanOrEqual(49)
  expect(outcome).toEqual({ kind: 'unknown', code: 'overloaded' })
})
