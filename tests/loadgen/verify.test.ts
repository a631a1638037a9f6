import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'
import { type Front, startFront } from './support/front.ts'
import { runLoadgen } from './support/run-loadgen.ts'

let pipeline: Pipeline
let front: Front
let token: string
beforeAll(async () => {
  pipeline = await startPipeline()
  front = await startFront(pipeline)
  token = await pipeline.callerToken({ sub: 'asha', scope: 'ops' })
  await openAccounts(pipeline, ['alice', 'bob'], '100')
  await until('all is told', async () => {
    const [rows] = await pipeline.db.raw('SELECT 1 FROM outbox LIMIT 1')
    return rows.length === 0
  })
})
afterAll(async () => {
  await front.close()
  await closePipelines()
})

async function verify(...args: string[]): Promise<{ readonly code: number; readonly output: string }> {
  const where = ['--url', front.url, '--token', token]
  const { code, stdout, stderr } = await runLoadgen('verify.ts', [...args, ...where])
  return { code, output: stdout || stderr }
}

test('says what it verified, where the chains end, and that all is sound', async () => {
  const { code, output } = await verify()
  expect(output).toMatch(/transactions +2 in \d links/)
  expect(output).toMatch(/sum of USD +0\.00 in 3 accounts/)
  expect(output).toContain('what is new is as it was settled; --full looks at everything again')
  expect(code).toBe(0)
  expect((await verify('--full')).output).toContain('everything is as it was settled')
  const [, head = ''] = /(\d+:\d+:[0-9a-f]{64})/.exec(output) ?? []
  expect((await verify('--hash', head)).code).toBe(0)
  const other = await verify('--full', '--hash', head.replace(/.{64}$/, '0'.repeat(64)))
  expect([other.code, other.output]).toEqual([1, expect.stringContaining('1 fault:\n  hash_differs')])
})

test('ends with 1 and names what is wrong', async () => {
  await pipeline.db.raw(`UPDATE transactions SET amount = amount + 1 WHERE transaction_id = 'opening:bob'`)
  expect((await verify()).code).toBe(0)
  const { code, output } = await verify('--full')
  expect(code).toBe(1)
  expect(output).toMatch(
    /1 fault:\n {2}transaction_changed +transaction \d+ is not what it was when link \d:\d+ covered it/,
  )
})

test('refuses a hash that is none', async () => {
  const { code, output } = await verify('--hash', 'abc')
  expect([code, output]).toEqual([2, expect.stringContaining('--hash abc: must be GROUP:NUMBER:HASH')])
})
