import { expect, test } from '@jest/globals'
import type { TransactionRecord } from '../../../lib/mysql/transaction-record.ts'
import type { BatchTimes } from '../../../lib/redis/batch-times.ts'
import { timelineView } from '../../../lib/views/timeline-view.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const [ACCEPTED, RUNG, BEGAN, DECIDED, TOLD, CACHED] = [100, 104, 110, 112, 130, 125].map(
  milliseconds => `2026-11-22T12:00:00.${milliseconds}Z`,
) as [string, string, string, string, string, string]

const PENDING = {
  ...{ transactionId: 't', status: 'PENDING', type: 'transfer', orderingGroup: 3, seq: 7 },
  ...{ acceptedAt: ACCEPTED, decidedAt: null, finishedAt: null, reason: null, traceparent: null },
} as TransactionRecord

const COMPLETED: TransactionRecord = {
  ...PENDING,
  ...{ status: 'COMPLETED', decidedAt: DECIDED, finishedAt: DECIDED },
}

const TIMES: BatchTimes = {
  ...{ transactions: 120, rungAt: RUNG, beganAt: BEGAN, committedAt: DECIDED },
  ...{ publishedAt: TOLD, cachedAt: CACHED },
}

/** `step state at` of each, in order. */
function steps(record: TransactionRecord, times: BatchTimes, isUntold = false): string[] {
  const view = timelineView(record, times, isUntold) as { steps: Record<string, string>[] }
  return view.steps.map(({ step, state, at, status, reason }) =>
    [step, state, at?.slice(20), status, reason].filter(part => part !== undefined).join(' '),
  )
}

test.each<[string, string[], string[]]>([
  [
    'knows of what is PENDING only that it was accepted',
    steps(PENDING, {}),
    [
      'accepted done 100Z',
      ...['published waiting', 'drained waiting', 'decided waiting', 'told waiting', 'cached waiting'],
    ],
  ],
  [
    'says of each step of its batch when it was',
    steps(COMPLETED, TIMES),
    [
      ...['accepted done 100Z', 'published done 104Z', 'drained done 110Z', 'decided done 112Z COMPLETED'],
      ...['told done 130Z', 'cached done 125Z'],
    ],
  ],
  [
    'says that nobody knows any more, a day later',
    steps(COMPLETED, {}),
    [
      ...['accepted done 100Z', 'published unknown', 'drained unknown', 'decided done 112Z COMPLETED'],
      ...['told unknown', 'cached unknown'],
    ],
  ],
  [
    'says what is left to the sweeper',
    steps(COMPLETED, { beganAt: BEGAN, cachedAt: CACHED }, true),
    [
      ...['accepted done 100Z', 'published unknown', 'drained done 110Z', 'decided done 112Z COMPLETED'],
      ...['told waiting', 'cached done 125Z'],
    ],
  ],
  [
    'takes no bell for its own that was published before it was accepted',
    steps(COMPLETED, { ...TIMES, rungAt: '2026-11-22T12:00:00.099Z' }).slice(1, 2),
    ['published unknown'],
  ],
  [
    'says why what failed has failed',
    steps({ ...COMPLETED, status: 'FAILED', reason: 'insufficient_funds' }, TIMES).slice(3, 4),
    ['decided done 112Z FAILED insufficient_funds'],
  ],
  [
    'says of a hold that it was held, and how it ended',
    steps(
      { ...COMPLETED, type: 'hold', status: 'VOIDED', finishedAt: '2026-11-22T12:00:09.500Z' },
      TIMES,
    ).slice(3),
    ['decided done 112Z HELD', 'told done 130Z', 'cached done 125Z', 'ended done 500Z VOIDED'],
  ],
  [
    'says of a hold that goes on only that it is held',
    steps({ ...COMPLETED, type: 'hold', status: 'HELD', finishedAt: null }, TIMES).slice(3),
    ['decided done 112Z HELD', 'told done 130Z', 'cached done 125Z'],
  ],
])('%s', (_, said, expected) => expect(said).toEqual(expected))

test('names the trace, and the batch with how many were in it', () => {
  const traced = { ...COMPLETED, traceparent: `00-${TRACE}-00f067aa0ba902b7-01` }
  expect(timelineView(traced, TIMES, false)).toMatchObject({
    traceId: TRACE,
    steps: expect.arrayContaining([
      { step: 'drained', state: 'done', at: BEGAN, batch: { group: 3, transactions: 120 } },
    ]),
  })
  expect(timelineView(COMPLETED, TIMES, false)).not.toHaveProperty('traceId')
})
