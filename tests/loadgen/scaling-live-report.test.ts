import { expect, test } from '@jest/globals'
import type { ServedState } from '../../knative/local/serving/revision.ts'
import { parseFlags } from '../../loadgen/scaling/flags.ts'
import { functionSettings } from '../../loadgen/scaling/function-settings.ts'
import { liveNotes } from '../../loadgen/scaling/live-notes.ts'
import { LiveSeconds } from '../../loadgen/scaling/live-seconds.ts'
import { outcomeOf } from '../../loadgen/scaling/outcome.ts'
import type { LiveOutcome } from '../../loadgen/scaling/play-live.ts'
import { scalingPlot } from '../../loadgen/scaling/plot.ts'
import { comparisonLines } from '../../loadgen/scaling/report.ts'

const STATE: ServedState = {
  ...{ wanted: 1, ready: 1, inFlight: 0, queued: 0, isPanicking: false, activatorInPath: true },
}

test('puts a request and its latency into the second it was meant for, and only what is watched', () => {
  const gathered = new LiveSeconds({ beginMs: 5000, seconds: 2, watched: 'accept' })
  for (const ms of [5000, 5999, 6000, 7000, 4999]) gathered.arrived(ms)
  gathered.latency('accept', 5999, 1500)
  gathered.latency('told', 5999, 9)
  gathered.latency('accept', 6000, 3)
  expect(gathered.samples.map(({ arrived, latencies }) => [arrived, latencies])).toEqual([
    [2, [1500]],
    [1, [3]],
  ])
})

test.each([
  ['unavailable', 'refused'],
  ['overloaded', 'refused'],
  ['status read: 503', 'refused'],
  ['status 504', 'timedOut'],
  ['account read: 504', 'timedOut'],
  ['ECONNRESET', 'failed'],
  ['internal', 'failed'],
  ['shed', 'failed'],
  ['status read: 5031', 'failed'],
] as const)('counts %s as %s, in the second it is answered in', (code, kind) => {
  const gathered = new LiveSeconds({ beginMs: performance.now() - 1500, seconds: 2, watched: 'accept' })
  gathered.error(code, 3)
  const counted = gathered.samples.map(({ refused, timedOut, failed }) => ({ refused, timedOut, failed }))
  const none = { refused: 0, timedOut: 0, failed: 0 }
  expect(counted).toEqual([none, { ...none, [kind]: 3 }])
})

test.each([
  ['in it what fails after the last second', 9000, [0, 1]],
  ['nothing of what fails before the first', -9000, [0, 0]],
])('counts %s', (_, agoMs, counts) => {
  const gathered = new LiveSeconds({ beginMs: performance.now() - agoMs, seconds: 2, watched: 'accept' })
  gathered.error('status 504', 1)
  expect(gathered.samples.map(({ timedOut }) => timedOut)).toEqual(counts)
})

test('has an instance paid for until 30 s after it was told to end', () => {
  const gathered = new LiveSeconds({ beginMs: 0, seconds: 45, watched: 'accept' })
  for (let second = 0; second < 45; second += 1)
    gathered.look(second, { ...STATE, wanted: second < 5 ? 3 : second < 10 ? 1 : 2, queued: second })
  const paid = gathered.samples.map(({ instanceSeconds }) => instanceSeconds)
  expect([paid[4], paid[5], paid[10], paid[34], paid[35]]).toEqual([3, 3, 4, 4, 2])
  expect(gathered.samples[7]).toMatchObject({ wanted: 1, ready: 1, queued: 7, activatorInPath: true })
})

function outcome(more: Partial<LiveOutcome>): LiveOutcome {
  return {
    ...{ seconds: [], processes: new Map(), lateness: Float64Array.of(0.1, 0.2, 3), machineUse: 0.25 },
    ...{ leadInSeconds: 1, errors: new Map(), promises: [{ promise: 'all is final', broken: [] }] },
    ...more,
  }
}

test('says that all went well, and how much of the machine it took', () => {
  const use = (...cpuPercents: number[]) => cpuPercents.map(cpuPercent => ({ cpuPercent, memoryMiB: 1 }))
  const processes = new Map([
    ['ingest', use(900, 20, 40)],
    ['database', use(900, 0, 10)],
  ])
  const notes = liveNotes(outcome({ processes })).join('\n')
  expect(notes).toContain('within 0.2 ms of their moments, and 99 % within 3.0 ms.')
  expect(notes).toContain('25 % busy')
  expect(notes).toContain(
    '0.35 of them on average and 0.50 in its busiest second: ingest 0.30, database 0.05.',
  )
  expect(notes).toContain('Promises: 1 looked at, all kept.')
  expect(notes).not.toMatch(/[A-Z]{3}/)
})

test('says it when the generator was late, the machine full, a request failed or a promise was broken', () => {
  const used = Array.from({ length: 2 }, () => ({ cpuPercent: 1e5, memoryMiB: 1 }))
  const notes = liveNotes(
    outcome({
      lateness: Float64Array.of(51),
      processes: new Map([['ingest', used]]),
      errors: new Map([['unavailable', 4]]),
      promises: [{ promise: 'all is final', broken: ['load-1 is not final'] }],
    }),
  ).join('\n')
  for (const text of [
    'THE GENERATOR WAS LATE',
    'THE RUN FILLED THE MACHINE',
    'Errors: unavailable 4.',
    'PROMISES BROKEN: all is final: load-1 is not final.',
  ])
    expect(notes).toContain(text)
})

test('says it when it was others that filled the machine, or that it is not known who did', () => {
  const processes = new Map([
    [
      'ingest',
      [
        { cpuPercent: 1, memoryMiB: 1 },
        { cpuPercent: 1, memoryMiB: 1 },
      ],
    ],
  ])
  const notes = (more: Partial<LiveOutcome>) => liveNotes(outcome(more)).join('\n')
  expect(notes({ processes, machineUse: 1 })).toContain('OTHERS FILLED THE MACHINE')
  expect(notes({ processes, machineUse: 0.5 })).not.toContain('FILLED')
  expect(notes({ machineUse: 1 })).toContain('what of that was the run')
})

test('says on the plot that a run was live, and what its errors are', () => {
  const [settings] = parseFlags(['--live']).settings
  if (settings === undefined) throw new Error('no settings')
  const outcomes = settings.variants.map(variant => outcomeOf(variant, [], settings.prices))
  const plot = scalingPlot(settings, outcomes)
  for (const text of ['ingest, burst, live', 'Errors: 503 and 504, and all others.'])
    expect(plot).toContain(text)
})

test('reports what failed otherwise, and that CPU is unknown where nothing says it', () => {
  const gathered = new LiveSeconds({ beginMs: performance.now(), seconds: 1, watched: 'accept' })
  gathered.arrived(performance.now())
  gathered.look(0, STATE)
  const variant = { label: 'a', overrides: {}, settings: functionSettings('ingest', {}) }
  const lines = () =>
    comparisonLines({ model: undefined }, [
      outcomeOf(variant, gathered.samples, { cpuHour: 1, gibHour: 1 }),
    ]).join('\n')
  expect(lines()).toContain('| CPU of its processes | unknown |')
  expect(lines()).not.toContain('failed otherwise')
  gathered.error('internal', 1)
  gathered.used([50])
  expect(lines()).toContain('| failed otherwise | 1 (100 %) |')
  expect(lines()).toContain('| CPU of its processes in an instance, on average | 50 % of a core |')
})
