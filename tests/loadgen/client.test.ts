import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { COMMANDS } from '../../loadgen/client/commands.ts'
import { findService } from '../../loadgen/client/find-service.ts'
import { readOperations } from '../../loadgen/client/operations.ts'
import { readPlan } from '../../loadgen/client/read-plan.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'
import { type Front, startFront } from './support/front.ts'
import { type Ended, runLoadgen, startLoadgen } from './support/run-loadgen.ts'

let pipeline: Pipeline
let front: Front
let token: string
beforeAll(async () => {
  // So that a watch is seen to go on behind the end of a stream.
  pipeline = await startPipeline({ env: { STREAM_SECONDS: '2', STREAM_BEAT_SECONDS: '1' } })
  front = await startFront(pipeline)
  token = await pipeline.callerToken({ sub: 'asha' })
})
afterAll(async () => {
  await front.close()
  await closePipelines()
})

const client = (...args: string[]): Promise<Ended> =>
  runLoadgen('client.ts', [...args, '--url', front.url, '--token', token])

const operations = readOperations()

test('names in every command an operation that there is, and in its values what that takes', () => {
  for (const [name, { operationId, positionals, fixed = {} }] of Object.entries(COMMANDS)) {
    const operation = operations.find(found => found.operationId === operationId)
    const taken = operation?.inputs.map(input => input.name)
    expect([name, taken]).toEqual([name, expect.arrayContaining([...positionals, ...Object.keys(fixed)])])
  }
})

test('can send every operation that callers may use, with each of its parameters and members', () => {
  expect(operations.length).toBeGreaterThan(20)
  for (const { operationId, inputs, path } of operations) {
    const values = inputs.filter(({ place }) => place === 'path').map(() => 'a/b')
    const others = inputs.filter(({ place }) => place !== 'path')
    const flags = others.flatMap(({ name, place, isJson }) => [
      `--${place === 'header' ? name.toLowerCase() : name}`,
      isJson ? '[1.10]' : '1.10',
    ])
    const plan = readPlan(['call', operationId, ...values, ...flags], operations, () => 'id')
    if (!('requestAfter' in plan)) throw new Error(`${operationId} is no request`)
    const { path: target, body = '', headers } = plan.requestAfter()
    expect(target.split('?')[0]).toBe(path.replaceAll(/\{\w+\}/g, 'a%2Fb'))
    for (const { name, place, isJson } of others) {
      if (place === 'query') expect(target).toContain(`${name}=1.10`)
      if (place === 'header') expect(headers[name]).toBe('1.10')
      if (place === 'body') expect(body).toContain(`"${name}":${isJson ? '[1.10]' : '"1.10"'}`)
    }
  }
})

test('opens accounts, transfers, waits, and shows the balance digit for digit', async () => {
  const opened = await client('open', 'alice', 'USD', '--openingBalance', '100.5000')
  expect(opened).toMatchObject({ code: 0, stdout: expect.stringContaining('"accountId": "alice"') })
  expect((await client('open', 'bob', 'USD')).code).toBe(0)
  expect((await client('wait', 'opening:alice')).stdout).toContain('"status": "COMPLETED"')
  const metadata = '{"order":7.10}'
  const paid = await client('transfer', 'alice', 'bob', '0.0001', '--metadata', metadata)
  expect(paid).toMatchObject({ code: 0, stdout: expect.stringContaining('"status": "COMPLETED"') })
  expect(paid.stdout).toContain('"order": 7.10')
  const balance = await client('balance', 'alice')
  expect(balance.stdout).toContain('"balance": 100.4999,')
  const history = await client('history', 'bob', '--limit', '1')
  expect(history.stdout).toContain('"direction": "IN"')
})

test('sends the same once, however often, if it is given the id', async () => {
  const args = ['transfer', 'alice', 'bob', '1', '--transactionId', 'rent']
  expect([(await client(...args)).code, (await client(...args)).code]).toEqual([0, 0])
  expect((await client('balance', 'alice')).stdout).toContain('"balance": 99.4999,')
})

test('ends with 1 for what has failed, and says why', async () => {
  const { code, stdout } = await client('transfer', 'bob', 'alice', '1000')
  expect([code, stdout]).toEqual([1, expect.stringContaining('"reason": "insufficient_funds"')])
})

test.each<[string[], RegExp]>([
  [['balance', 'nobody'], /^404 account_not_found: No account nobody\.$/m],
  [['transfer', 'alice', 'bob', '1e3'], /^400 invalid_request: amount must be a plain decimal/m],
  [['open', 'alice', 'EUR'], /^409 account_exists: /m],
  [['history', 'alice', '--limit', '0'], /^400 invalid_request: limit must be/m],
])('ends with 1 when %j is refused, and says what the service says', async (args, message) => {
  expect(await client(...args)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(message) })
})

test('holds, captures a part, and lists and discards dead letters', async () => {
  expect((await client('hold', 'alice', 'bob', '5', '--transactionId', 'h1')).stdout).toContain('"HELD"')
  expect((await client('capture', 'h1', '--amount', '2')).code).toBe(0)
  await pipeline.db.raw(
    `INSERT INTO dead_letters (source, message_id, reason, detail, payload, created_at)
     VALUES ('event', 'm1', 'invalid_request', 'amount is missing', '{}', NOW(6))`,
  )
  const listed = await client('dead-letters', '--state', 'OPEN')
  const { deadLetters } = JSON.parse(listed.stdout) as { deadLetters: { deadLetterId: number }[] }
  const discarded = await client('discard', String(deadLetters[0]?.deadLetterId), 'a test')
  expect(JSON.parse(discarded.stdout)).toMatchObject({ state: 'DISCARDED', resolution: { by: 'asha' } })
})

test.each<[string[], RegExp]>([
  [[], /^Name a command\./],
  [['pay'], /^There is no command pay\./],
  [['toString'], /^There is no command toString\./],
  [['transfer', 'alice'], /^transfer SOURCE DESTINATION AMOUNT/],
  [['balance', 'alice', '--version', '1'], /^Unknown option '--version'/],
  [['transfer', 'a', 'b', '1', '--metadata', '{'], /^--metadata \{: must be JSON/],
  [['call', 'nothing'], /^docs\/openapi.yaml has no operation nothing\./],
])('ends with 2 for %j, and says what is wrong', async (args, message) => {
  expect(await runLoadgen('client.ts', args)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(message),
  })
})

test('lists its commands, the flags of one, and every operation', async () => {
  const [all, one, every] = await Promise.all([
    runLoadgen('client.ts', ['--help']),
    runLoadgen('client.ts', ['balance', '--help']),
    runLoadgen('client.ts', ['call']),
  ])
  for (const name of Object.keys(COMMANDS)) expect(all.stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'))
  expect(one.stdout).toMatch(/--minVersion .*query/)
  for (const { operationId } of operations) expect(every.stdout).toContain(operationId)
  expect([all.code, one.code, every.code]).toEqual([0, 0, 0])
})

test('finds the service by flags, then by the environment; a token alone is not sent to nobody', async () => {
  const env = { SETTLE_URL: 'http://env', SETTLE_TOKEN: 'of-env' }
  const nobody = () => undefined
  expect(await findService({ url: 'http://flag', token: 'of-flag' }, env, nobody)).toEqual({
    url: 'http://flag',
    token: 'of-flag',
  })
  expect(await findService({}, env, nobody)).toEqual({ url: 'http://env', token: 'of-env' })
  await expect(findService({ url: 'http://flag' }, {}, nobody)).rejects.toThrow(
    'A token for http://flag is missing',
  )
  await expect(findService({}, {}, nobody)).rejects.toThrow('No Settle is running: start it with npm start')
})

test('watches a balance, each version once, beyond the end of a stream, until it is interrupted', async () => {
  await client('open', 'watched', 'USD', '--openingBalance', '5')
  await client('wait', 'opening:watched')
  const args = ['watch', 'watched', '--url', front.url, '--token', token]
  const child = startLoadgen('client.ts', args)
  const lines: string[] = []
  createInterface(child.stdout).on('line', line => lines.push(line))
  await until('the balance is shown', () => lines.length === 1)
  await until('the stream has ended', () =>
    front.ended.some(path => path.includes('/watched/balance/stream')),
  )
  expect((await client('transfer', 'watched', 'bob', '2')).code).toBe(0)
  await until('the next is shown', () => lines.length === 2)
  child.kill('SIGINT')
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
  expect(lines.map(line => /"balance":([\d.]+).*"version":(\d+)/.exec(line)?.slice(1))).toEqual([
    ['5.00', '1'],
    ['3.00', '2'],
  ])
}, 60_000)

test('ends with 1 when there is nothing to watch', async () => {
  expect(await client('watch', 'nobody')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^404 account_not_found/),
  })
})

test('publishes results of a time range again, to its end', async () => {
  const { code, stdout } = await client('replay-results', '2020-01-01T00:00:00Z', '2100-01-01T00:00:00Z')
  expect([code, stdout]).toEqual([0, expect.stringMatching(/"replayed": [1-9]/)])
})

test('says so when nobody answers', async () => {
  const args = ['balance', 'alice', '--url', 'http://127.0.0.1:1', '--token', 'x']
  const { code, stderr } = await runLoadgen('client.ts', args)
  expect([code, stderr]).toEqual([1, expect.stringContaining('http://127.0.0.1:1 does not answer')])
})
