import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Figures } from '../../loadgen/figures/figures.ts'
import { MEASURED, measureTransfers } from '../../loadgen/latency/measure-transfers.ts'
import { lateRows, tableOf } from '../../loadgen/latency/report.ts'
import { allFinal, readBalances } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { type Front, type Intercept, startFront } from './support/front.ts'
import { runLoadgen } from './support/run-loadgen.ts'

let pipeline: Pipeline
let front: Front
let intercept: Intercept = () => undefined
beforeAll(async () => {
  pipeline = await startPipeline()
  front = await startFront(pipeline, (method, path) => intercept(method, path))
})
afterAll(async () => {
  await front.close()
  await closePipelines()
})

const measure = async (runId: string) =>
  measureTransfers({
    token: await pipeline.callerToken(),
    ...{ url: front.url, runId, transfers: 6, seed: 1 },
    interrupted: new AbortController().signal,
  })

test('measures each transfer that it sends, every other with a caller who waits', async () => {
  const figures = await measure('whole')
  await allFinal(pipeline.db)
  expect(await readBalances(pipeline.db)).toMatchObject({ 'latency-payee-whole': '0.0600' })
  const counts = Object.entries(MEASURED).map(([name, row]) => [name, figures.values(row, '').length])
  expect(Object.fromEntries(counts)).toEqual({
    ...{ accepted: 3, waited: 3, streamed: 6, decidedToWaited: 3, decidedToStreamed: 6 },
  })
})

test('ends with what was answered when a transfer is refused', async () => {
  intercept = (_method, path) =>
    path === '/api/v1/transactions/process' ? { status: 409, body: { code: 'no' } } : undefined
  await expect(measure('refused')).rejects.toThrow(/latency-refused-0: .*"status":409/)
  intercept = () => undefined
})

test('shows percentiles, and names what half of the time is later than it may be', () => {
  const figures = new Figures()
  for (let value = 1; value <= 100; value += 1) figures.add('seen', '', value)
  expect(tableOf(figures).at(-1)).toBe('| seen | 100 | 50 | 95 | 99 | 100 |')
  expect(lateRows(figures, ['seen'], 50)).toEqual([])
  expect(lateRows(figures, ['seen', 'not measured'], 49)).toEqual(['seen', 'not measured'])
})

test('names a flag that is wrong, with the usage', async () => {
  const { code, stderr } = await runLoadgen('latency.ts', ['--transfers', '1'])
  expect(code).toBe(2)
  expect(stderr).toMatch(/--transfers 1: must be .*npm run latency/s)
})
