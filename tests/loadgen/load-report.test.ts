import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { Journal } from '../../loadgen/load/journal.ts'
import { type LoadResult, resultOf } from '../../loadgen/load/load-result.ts'
import type { LoadSettings } from '../../loadgen/load/load-run.ts'
import { Measures } from '../../loadgen/load/measures.ts'
import { reportLines } from '../../loadgen/load/report.ts'
import { findProcesses, sampleProcesses } from '../../loadgen/load/sample-processes.ts'
import type { TransferOptions } from '../../loadgen/load/transfers.ts'
import { writeReport } from '../../loadgen/load/write-report.ts'
import { until } from '../support/until.ts'
import { temporaryFile } from './support/temporary-file.ts'

const OPTIONS: TransferOptions = {
  ...{ runId: 'r', accounts: 100, skew: 'uniform', zipfExponent: 1, refusedPercent: 0, seed: 1 },
}
const SETTINGS: LoadSettings = {
  ...{
    ...OPTIONS,
    rate: 10,
    connections: 2,
    orders: 2,
    path: 'http',
    reads: 0,
    readsAt: 'gateway',
    hearsResults: true,
  },
  ...{ warmUpSeconds: 0, seconds: 2, patienceSeconds: 1 },
}
test('finds the processes of a service by what they are for, and samples them', async () => {
  const env = { ...process.env, FUNCTION_TARGET: 'worker' }
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const exited = once(child, 'exit')
  await until('it has begun', () => findProcesses(process.pid).get(child.pid ?? 0) === 'worker')
  expect(findProcesses(process.pid).get(process.pid)).toBe('generator')
  expect([...findProcesses(undefined)]).toEqual([[process.pid, 'generator']])
  const { samples, end } = sampleProcesses(process.pid)
  try {
    await until('there is a sample', () => samples.has('worker'))
  } finally {
    end()
    child.stdin.end()
    await exited
  }
  expect(samples.get('worker')?.[0]?.memoryMiB).toBeGreaterThan(10)
})

/** Of a run of two seconds, with an error and a promise that was broken. */
function soSoResult(): LoadResult {
  const measures = new Measures(0, 0)
  for (let value = 1; value <= 100; value += 1) measures.latency('accept', 1, value)
  measures.accepted.add(0.5, 10)
  measures.apply(1.5, 8)
  measures.error('overloaded', 2)
  const worker = [
    { cpuPercent: 50, memoryMiB: 100 },
    { cpuPercent: 70, memoryMiB: 120 },
  ]
  const promises = [{ promise: 'all is final', broken: ['load-r-1 is not final'] }]
  return resultOf({
    startedAt: '2026-11-21T20:00:00.000Z',
    surroundings: { commit: 'abc' },
    settings: SETTINGS,
    outcome: { journal: new Journal(2), measures, processes: new Map([['worker', worker]]), promises },
  })
}

test('reckons rates, percentiles and what processes use', () => {
  const { rates, latencies, processes } = soSoResult()
  expect(rates).toMatchObject({ accepted: 5, applied: 4 })
  expect(latencies.accept?.count).toBe(100)
  // Of three digits.
  expect(latencies.accept?.p50).toBeCloseTo(50, 0)
  expect(latencies.accept?.p99).toBeCloseTo(99, 0)
  expect(latencies.accept?.max).toBeCloseTo(100, 0)
  expect(latencies.accept?.p999).toBeLessThanOrEqual(latencies.accept?.max ?? 0)
  expect(processes[0]).toMatchObject({ mean: { cpuPercent: 60 }, most: { memoryMiB: 120 } })
})

test('writes a run down as JSON and as a page, with its plots on white', () => {
  const result = soSoResult()
  expect(reportLines(result)).toEqual(
    expect.arrayContaining([
      ...[
        '| overloaded | 2 |',
        '- BROKEN: all is final',
        '  - load-r-1 is not final',
        'NOT AS IT SHOULD BE.',
      ],
    ]),
  )
  const folder = join(dirname(temporaryFile('beside', '')), 'report')
  writeReport(folder, result, 'npm run loadgen -- --rate 10')
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  expect(JSON.parse(read('result.json'))).toEqual(JSON.parse(JSON.stringify(result)))
  const page = read('index.md')
  expect(page).toContain('npm run loadgen -- --rate 10')
  for (const name of ['rates.svg', 'latencies.svg', 'processes.svg', 'memory.svg']) {
    expect(page).toContain(`](${name})`)
    expect(read(name)).toMatch(/^<svg[\s\S]*fill="#ffffff"/)
  }
})

test('what was shed in the warm-up is said, and is no error; what was shed while it was measured is one', () => {
  const measures = new Measures(0, 1)
  measures.shed(999, 20)
  measures.shed(1000, 2)
  expect([measures.shedInWarmUp, ...measures.errors]).toEqual([20, ['shed', 2]])
  expect(reportLines({ ...soSoResult(), shedInWarmUp: 20 }).join('\n')).toContain(
    '20 were shed in the warm-up.',
  )
  expect(reportLines({ ...soSoResult(), shedInWarmUp: 0 }).join('\n')).not.toContain('warm-up.')
})
