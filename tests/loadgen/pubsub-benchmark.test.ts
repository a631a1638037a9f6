import { expect, test } from '@jest/globals'
import { Figures, median, percentile } from '../../loadgen/figures/figures.ts'
import { parseFlags } from '../../loadgen/pubsub-benchmark/flags.ts'
import { readPayload, writePayload } from '../../loadgen/pubsub-benchmark/payload.ts'
import { PushRecord } from '../../loadgen/pubsub-benchmark/push-record.ts'
import { tableOf } from '../../loadgen/pubsub-benchmark/report.ts'
import { runLoadgen } from './support/run-loadgen.ts'

test('measures two rounds of ten seconds unless told otherwise', () => {
  expect(parseFlags([])).toEqual({ rounds: 2, seconds: 10, keys: [10, 1000], cpuProf: undefined })
  const args = ['--rounds', '3', '--seconds', '5', '--keys', '7', '--cpu-prof', '/profiles']
  expect(parseFlags(args)).toEqual({ rounds: 3, seconds: 5, keys: [7], cpuProf: '/profiles' })
})

test.each([
  [['--rounds', '0'], '--rounds 0: must be'],
  [['--seconds', '1.5'], '--seconds 1.5: must be'],
  [['--keys', '10,many'], '--keys many: must be'],
  [['--keys', ''], '--keys : must be'],
  [['--round', '1'], "'--round'"],
])('names the wrong flag in %j', (args, message) => {
  expect(() => parseFlags(args)).toThrow(message)
})

test('ends with 2 and the usage when a flag is wrong', async () => {
  const { code, stdout, stderr } = await runLoadgen('pubsub-benchmark.ts', ['--keys', '0'])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/--keys 0: must be .*npm run pubsub-benchmark/s)
})

test('carries key, place and time in a message of 200 bytes', () => {
  const payload = { key: 'key-9', position: 12, publishedMs: 1_795_275_303_123.25 }
  const data = writePayload(payload)
  expect(data.length).toBe(200)
  expect(readPayload(data.toString())).toEqual(payload)
})

test('sees each kind of broken promise, and none where two keys take turns', () => {
  const push = (key: string, position: number) => ({ key, position, publishedMs: 0 })
  const record = new PushRecord()
  record.arrived(push('a', 0), 1)
  record.arrived({ ...push('b', 0), publishedMs: 1.5 }, 2)
  record.answered(push('a', 0), 3)
  record.arrived(push('a', 1), 4)
  const sound = { outOfOrder: 0, overlapping: 0, redelivered: 0, atOnce: 2, latenciesMs: [0.5] }
  expect(record.summary(5)).toMatchObject({ ...sound, answered: 1, lastMs: 3, nowMs: 5 })
  record.arrived(push('a', 2), 6)
  expect(record.summary(7)).toMatchObject({ outOfOrder: 0, overlapping: 1, redelivered: 0 })
  record.arrived(push('c', 1), 8)
  expect(record.summary(9)).toMatchObject({ outOfOrder: 1, overlapping: 1, redelivered: 0 })
  record.answered(push('c', 1), 10)
  record.arrived(push('c', 0), 11)
  expect(record.summary(12)).toMatchObject({ outOfOrder: 1, overlapping: 1, redelivered: 1 })
})

test('reports medians, the range of the rounds, and the ratio of the first to the second', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([1, 2, 3, 4])).toBe(2.5)
  expect([50, 99, 100].map(percent => percentile([4, 3, 2, 1], percent))).toEqual([2, 4, 4])
  const figures = new Figures()
  for (const rate of [4000, 5000.6, 3000]) figures.add('pushes', 'ours', rate)
  figures.add('pushes', 'theirs', 300)
  expect(tableOf(figures, ['ours', 'theirs']).at(-1)).toBe('| pushes | 4,000 (3,000–5,001) | 300 | 13.3 |')
  expect(tableOf(figures, ['ours'])).toEqual([
    '|  | ours |',
    '| --- | --: |',
    '| pushes | 4,000 (3,000–5,001) |',
  ])
})
