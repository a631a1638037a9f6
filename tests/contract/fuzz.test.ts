import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { findDeviations } from '../support/contract/find-deviations.ts'
import { rowCounter } from '../support/fuzz/count-rows.ts'
import { fuzzRequests, type Tokens } from '../support/fuzz/fuzz-request.ts'
import { closeConnections, sendRaw } from '../support/fuzz/send-raw.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'

const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 2000)
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31)
const STACK_TRACE = /\bat .*\.[cm]?[jt]s\b|node_modules|\bER_[A-Z]{3}/

let pipeline: Pipeline
beforeAll(async () => {
  // Deaf, so that rows come and go by these requests alone; and what nobody applies is not too much, however long this takes.
  pipeline = await startPipeline({ deaf: true, env: { PENDING_LIMIT_SECONDS: '86400' } })
  // There from the beginning, so that reads, and streams, find something.
  for (const accountId of ['alice', 'bob']) {
    await pipeline.call('accounts', 'POST', '/api/v1/accounts', { accountId, currency: 'USD' })
  }
})
afterAll(async () => {
  closeConnections()
  await closePipelines()
})

async function makeTokens(): Promise<Tokens> {
  const caller = await pipeline.callerToken()
  const powerless = await pipeline.callerToken({ sub: 'eve', scope: 'read' })
  const names = [...pipeline.urls.keys()]
  const made = names.map(async name => {
    const audience = `settle-${name}`
    const good = await pipeline.token(audience)
    const stranger = await pipeline.token(audience, 'eve@example.com')
    return [name, { good, stranger, other: await pipeline.token('settle-other'), caller, powerless }] as const
  })
  const all = new Map(await Promise.all(made))
  return name => all.get(name) ?? { good: '', stranger: '', other: '', caller: '', powerless: '' }
}

test('keeps the contract whatever it is sent, and stores nothing of what it refuses', async () => {
  process.stderr.write(`FUZZ_SEED=${SEED} FUZZ_REQUESTS=${REQUESTS}\n`)
  const countRows = await rowCounter(pipeline.db)
  const statuses: Record<string, number> = {}
  let before = await countRows()
  const sound = fc.asyncProperty(fuzzRequests(await makeTokens()), async request => {
    const exchange = await sendRaw(pipeline.urls.get(request.functionName) ?? '', request)
    const { status, text } = exchange
    statuses[status] = (statuses[status] ?? 0) + 1
    const rows = await countRows()
    const said = status >= 400 ? text : ''
    const wrong = [
      ...findDeviations(exchange),
      ...(status >= 500 ? [`answered ${status}: ${text}; ${pipeline.logLines.at(-1) ?? ''}`] : []),
      ...(status >= 400 && rows !== before ? [`refused, and stored: ${before} became ${rows}`] : []),
      ...(STACK_TRACE.test(said) ? [`tells about the inside: ${text}`] : []),
    ]
    before = rows
    const sent = request.body.toString().slice(0, 500)
    expect(wrong.map(fault => `${request.functionName}: ${fault}, for ${sent}`)).toEqual([])
  })
  await fc.assert(sound, { seed: SEED, numRuns: REQUESTS })
  process.stderr.write(`answers: ${JSON.stringify(statuses)}\n`)
  // Fewer requests may miss one of these; among 1,000, each is there many times.
  const met =
    REQUESTS < 1000 ? [] : ['200', '201', '202', '204', '400', '401', '403', '404', '405', '409', '415']
  expect(Object.keys(statuses)).toEqual(expect.arrayContaining(met))
}, 1_800_000)
