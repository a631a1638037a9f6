import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { askDecisions } from '../../loadgen/load/ask-decisions.ts'
import { checkBalances } from '../../loadgen/load/check-balances.ts'
import { httpPath } from '../../loadgen/load/http-path.ts'
import { Journal } from '../../loadgen/load/journal.ts'
import { Measures } from '../../loadgen/load/measures.ts'
import { type OpenModel, sendAtRate, sendWhenDue } from '../../loadgen/load/models.ts'
import type { Outcome } from '../../loadgen/load/path.ts'
import { transferSender } from '../../loadgen/load/send-transfers.ts'
import { type TransferOptions, Transfers } from '../../loadgen/load/transfers.ts'
import { drawGap } from '../../loadgen/random/draw.ts'

const OPTIONS: TransferOptions = {
  ...{ runId: 'r', accounts: 100, skew: 'uniform', zipfExponent: 1, refusedPercent: 0, seed: 1 },
}
const model = (given: Partial<OpenModel>): OpenModel => ({
  ...{ beginMs: performance.now(), seconds: 0.3, perSecond: 500, seed: 3, purpose: 6, most: 1000 },
  ...{ interrupted: new AbortController().signal, send: () => undefined, onShed: () => undefined, ...given },
})

test('sends for every moment that it drew, though it was kept from sending, and tells that moment', async () => {
  const beginMs = performance.now()
  const intended: number[] = []
  let stalledUntilMs = 0
  let late = 0
  await sendAtRate(
    model({
      beginMs,
      send: (intendedMs, onAnswered) => {
        intended.push(intendedMs)
        if (stalledUntilMs === 0) {
          stalledUntilMs = performance.now() + 100
          while (performance.now() < stalledUntilMs);
        } else if (intendedMs < stalledUntilMs) late += 1
        setImmediate(onAnswered)
      },
    }),
  )
  const drawn: number[] = []
  for (let dueMs = beginMs + drawGap(500, 3, 0, 6); dueMs < beginMs + 300; ) {
    drawn.push(dueMs)
    dueMs += drawGap(500, 3, drawn.length, 6)
  }
  expect(intended).toEqual(drawn)
  expect(late).toBeGreaterThan(0)
})

test('goes on sending while nothing is answered, up to its bound, and counts what it then cannot send', async () => {
  const interruption = new AbortController()
  const held: (() => void)[] = []
  let shed = 0
  let answeredBeforeEnd = 0
  const arrivals = 20
  await sendAtRate(
    model({
      most: 5,
      seconds: 1000,
      send: (_, onAnswered) => held.push(onAnswered),
      onShed: () => {
        shed += 1
        if (shed !== arrivals) return
        answeredBeforeEnd = held.length
        interruption.abort(new Error('enough'))
        for (const answer of held) answer()
      },
      interrupted: interruption.signal,
    }),
  ).catch(error => expect(error.message).toBe('enough'))
  expect(answeredBeforeEnd).toBe(5)
  expect(shed).toBeGreaterThanOrEqual(arrivals)
})

test('sends what was due before the end, though it was kept from sending until after it', async () => {
  const beginMs = performance.now()
  const sent: number[] = []
  const dueMs = [0, 200, 300].map(milliseconds => beginMs + milliseconds)
  await sendWhenDue({
    ...{ ...model({}), endMs: beginMs + 400, dueMs: dueMs.values() },
    send: (intendedMs, onAnswered) => {
      sent.push(intendedMs)
      while (performance.now() < beginMs + 500);
      onAnswered()
    },
  })
  expect(sent).toEqual(dueMs)
})

test('is interrupted while nothing is due for long', async () => {
  const interruption = new AbortController()
  const endMs = performance.now() + 3_600_000
  const { interrupted, ...rest } = model({ interrupted: interruption.signal })
  const sending = sendWhenDue({ ...rest, interrupted, endMs, dueMs: [endMs - 1].values() })
  interruption.abort(new Error('enough'))
  await expect(sending).rejects.toThrow('enough')
})

test('counts a latency from the moment that was meant, for the answer and for the result', () => {
  const nowMs = performance.now()
  const measures = new Measures(nowMs - 10_000, 2)
  const journal = new Journal(1)
  const answerAtOnce = {
    send: (_first: number, _count: number, onOutcome: (outcome: Outcome) => void) =>
      onOutcome({ kind: 'accepted' }),
    close: async () => undefined,
  }
  const send = transferSender(answerAtOnce, journal, measures)
  for (const intendedMs of [nowMs - 9000, nowMs - 1000, nowMs - 500]) send(intendedMs, () => undefined)
  const { accept, lag } = measures.latencies
  // The first was meant for the warm-up.
  expect([accept.count, journal.accepted]).toEqual([2, 3])
  expect(accept.min).toBeGreaterThan(499_000)
  expect(accept.max).toBeGreaterThan(999_000)
  expect(lag.max).toBeGreaterThan(999_000)
  expect(journal.intendedMsOf(1)).toBe(nowMs - 1000)
})

test.each<[string, number, string, number, Outcome]>([
  ['one accepted', 202, '{"status":"PENDING"}', 1, { kind: 'accepted' }],
  [
    'all accepted',
    202,
    '{"results":[{"outcome":"accepted"},{"outcome":"accepted"}]}',
    2,
    { kind: 'accepted' },
  ],
  [
    'some not',
    202,
    '{"results":[{"outcome":"accepted"},{"outcome":"conflict","code":"transaction_id_reused"},{"outcome":"duplicate"}]}',
    3,
    { kind: 'parts', codes: [undefined, 'transaction_id_reused', undefined] },
  ],
  ['too much', 503, '{"code":"overloaded"}', 2, { kind: 'denied', code: 'overloaded' }],
  ['a bad request', 400, '{"code":"invalid_json"}', 1, { kind: 'denied', code: 'invalid_json' }],
  ['a part away', 503, '{"code":"unavailable"}', 2, { kind: 'unknown', code: 'unavailable' }],
  ['no problem document', 502, '<html>', 2, { kind: 'unknown', code: 'status 502' }],
  ['a connection that failed', 0, 'ECONNRESET', 1, { kind: 'unknown', code: 'ECONNRESET' }],
])('reads off an answer what became of the transfers: %s', (_, status, text, count, expected) => {
  const client = {
    send: (...[, , , onReply]: Parameters<Parameters<typeof httpPath>[0]['send']>) => onReply(status, text),
    close: () => undefined,
  }
  const outcomes: Outcome[] = []
  httpPath(client, new Transfers(OPTIONS)).send(0, count, outcome => outcomes.push(outcome))
  expect(outcomes).toEqual([expected])
})

test('gives up on a service that says nothing, without asking it for everything', async () => {
  let asked = 0
  const silent = async () => {
    asked += 1
    await pause(10)
    return { kind: 'unavailable', why: 'ECONNREFUSED' } as const
  }
  const client = { get: silent, post: silent, close: () => undefined }
  const interrupted = new AbortController().signal
  const journal = new Journal(1000)
  for (let request = 0; request < 10; request += 1) journal.send(0)
  const transfers = new Transfers(OPTIONS)
  await askDecisions({ client, journal, transfers, seconds: 0.2, interrupted }, journal.unknown())
  expect([...journal.unknown()]).toHaveLength(10_000)
  expect(asked).toBeGreaterThan(0)
  expect(asked).toBeLessThan(10_000)
  asked = 0
  const expected = new Map(Array.from({ length: 10_000 }, (_, n) => [`account-${n}`, 0n]))
  const { wrong } = await checkBalances({ client, expected, seconds: 0.2, interrupted })
  expect(wrong).toHaveLength(10_000)
  expect(asked).toBeGreaterThan(0)
  expect(asked).toBeLessThan(10_000)
})
