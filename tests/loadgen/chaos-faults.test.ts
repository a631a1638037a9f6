import { execFileSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import type { Break } from '../../loadgen/chaos/break.ts'
import type { KindName } from '../../loadgen/chaos/kinds.ts'
import { runFaults } from '../../loadgen/chaos/run-faults.ts'
import { timelinePlot } from '../../loadgen/chaos/timeline-plot.ts'
import { runLoadgen } from './support/run-loadgen.ts'

const PRELOAD = new URL('../../loadgen/chaos/skew-clock.ts', import.meta.url).href

/** Runs faults of two parts, and says what happened in which order. */
async function run(
  plan: readonly [KindName, number, number][],
  breaks: Partial<Record<KindName, Break>> = {},
) {
  const events: string[] = []
  const made =
    (kind: KindName): Break =>
    async () => {
      events.push(`breaks ${kind}`)
      return { end: async () => void events.push(`heals ${kind}`) }
    }
  const names = [...new Set(plan.map(([kind]) => kind))]
  const all = Object.fromEntries(names.map(kind => [kind, breaks[kind] ?? made(kind)]))
  const done = await runFaults({
    beginMs: performance.now(),
    endMs: performance.now() + 400,
    plan: plan.map(([kind, atSeconds, forSeconds]) => ({ kind, target: '', atSeconds, forSeconds })),
    breaks: all as Record<KindName, Break>,
    interrupted: new AbortController().signal,
    onBegin: () => undefined,
  }).catch(error => error as Error)
  return { events, done }
}

test('breaks and heals in time, and has what hits one part wait for what is at it', async () => {
  const { events, done } = await run([
    ['kill the database', 0, 0.1],
    ['freeze the cache', 0.02, 0.02],
    ['cut the database', 0.03, 0],
  ])
  expect(events).toEqual([
    ...['breaks kill the database', 'breaks freeze the cache', 'heals freeze the cache'],
    ...['heals kill the database', 'breaks cut the database', 'heals cut the database'],
  ])
  expect(done).toHaveLength(3)
})

test('begins none when the load has ended, however long the one before took', async () => {
  const { events } = await run([
    ['kill the database', 0, 0.5],
    ['cut the database', 0.1, 0],
  ])
  expect(events).toEqual(['breaks kill the database', 'heals kill the database'])
})

test('ends with the error of what cannot be healed, when all else is', async () => {
  const broken: Break = async () => ({ end: () => Promise.reject(new Error('does not start')) })
  const { events, done } = await run(
    [
      ['freeze the cache', 0, 0.1],
      ['kill the database', 0.01, 0.01],
      ['kill the broker', 0.2, 0],
    ],
    { 'kill the database': broken },
  )
  expect(events).toEqual(['breaks freeze the cache', 'heals freeze the cache'])
  expect(done).toMatchObject({ message: 'does not start' })
})

test('skews the clock of a process by as much as it is told, and leaves given moments alone', async () => {
  const says = `console.log(Date.now(), new Date().getTime(), new Date(5).getTime(), Date.parse(Date()), new Date() instanceof Date)`
  const env = { ...process.env, SKEW_MILLISECONDS: '-300000', NODE_OPTIONS: `--import ${PRELOAD}` }
  const options = { env, encoding: 'utf8' } as const
  const flags = ['--disable-warning=ExperimentalWarning', '--eval', says]
  const beforeMs = Date.now()
  const [now, constructed, given, called, isDate] = execFileSync(process.execPath, flags, options)
    .trim()
    .split(' ')
  const isSkewed = (ms: number) => ms + 300_000 >= beforeMs && ms + 300_000 <= Date.now()
  expect([isSkewed(Number(now)), isSkewed(Number(constructed))]).toEqual([true, true])
  // In words it has no milliseconds.
  expect(Math.abs(Number(called) - Number(now))).toBeLessThan(1500)
  expect([given, isDate]).toEqual(['5', 'true'])
})

test('refuses engines that somebody gives, and a flag that is wrong', async () => {
  // As the tests are run, MYSQL_URL and REDIS_URL are set.
  const { code, stderr } = await runLoadgen('chaos.ts', [])
  expect([code, stderr]).toEqual([1, expect.stringMatching(/MYSQL_URL is set, and chaos kills its engines/)])
  const wrong = await runLoadgen('chaos.ts', ['--minutes', '0'])
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringMatching(/--minutes 0: must be .*npm run chaos/s),
  ])
})

test('draws a bar for each fault, and a break where the database did not say', () => {
  const moment = { waitingSeconds: 0, isStatusRight: true, answered: 3, failed: 0 }
  const fault = {
    target: '',
    forSeconds: 2,
    failed: 0,
    waitedSeconds: 0,
    recovery: { kind: 'never' },
  } as const
  const svg = timelinePlot({
    ...{ startedAt: '', surroundings: {}, failures: {}, promises: [], skipped: {}, settledSeconds: 1 },
    ...{ lost: 0, doubled: 0, outOfOrder: 0, counts: { sent: 1, accepted: 1, untold: 0 } },
    settings: { seconds: 10, seed: 1, rate: 1, accounts: 2, kinds: [], sweepSeconds: 60 },
    faults: [
      { ...fault, kind: 'kill the cache', atSeconds: 2 },
      { ...fault, kind: 'kill the broker', atSeconds: 5 },
      { ...fault, kind: 'kill the cache', atSeconds: 7 },
    ],
    moments: Array.from({ length: 40 }, (_, index) => ({
      ...{ ...moment, atSeconds: index / 4, applied: index > 12 && index < 20 ? undefined : index * 10 },
    })),
  })
  expect(svg).toContain('3 faults of 2 kinds')
  for (const label of ['kill the cache', 'kill the broker', 'applied / s', 'failed / s', 'oldest waits, s'])
    expect(svg.split(`>${label}<`)).toHaveLength(2)
  expect(svg.match(/<path[^>]* fill="#e69f00"/g)).toHaveLength(3)
})
