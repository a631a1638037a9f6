import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { findPubsub } from '../../loadgen/publish/find-pubsub.ts'
import { readEvents } from '../../loadgen/publish/read-events.ts'
import { findBrokenBooks, openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'
import { runLoadgen } from './support/run-loadgen.ts'
import { temporaryFile } from './support/temporary-file.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
})
afterAll(() => closePipelines())

function ndjson(...lines: string[]): string {
  return temporaryFile('events.ndjson', lines.join('\n'))
}

function line(transactionId: string, source: string, destination: string, amount = '1.5'): string {
  return `{"transactionId":"${transactionId}","sourceAccountId":"${source}","destinationAccountId":"${destination}","amount":${amount}}`
}

/** As a rule to the Pub/Sub that PUBSUB_EMULATOR_HOST names: the pipeline's. */
function publish(file: string, ...flags: string[]) {
  return runLoadgen('publish.ts', [file, '--project', pipeline.projectId, ...flags])
}

async function accepted(prefix: string): Promise<{ id: string; source: string; amount: string }[]> {
  const [rows] = await pipeline.db.raw(
    `SELECT transaction_id AS id, source_account_id AS source, amount FROM transactions
      WHERE transaction_id LIKE '${prefix}-%' AND status <> 'PENDING' ORDER BY seq`,
  )
  return rows
}

test('publishes a file in order per source, its money digit for digit, and says how many', async () => {
  await openAccounts(pipeline, ['a', 'b', 'c'], '1000')
  const names = ['a', 'b', 'c']
  const ids = Array.from({ length: 300 }, (_, index) => ({
    id: `order-${index}`,
    source: names[index % 3] ?? '',
    destination: names[(index + 1) % 3] ?? '',
  }))
  const lines = ids.map(({ id, source, destination }) => line(id, source, destination, '1.0500'))
  const { code, stdout } = await publish(ndjson('', ...lines, '  ', ''))
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^300 transactions published/),
  })
  await until('all are final', async () => (await accepted('order')).length === 300)
  const rows = await accepted('order')
  for (const name of names) {
    const sent = ids.filter(({ source }) => source === name).map(({ id }) => id)
    expect(rows.filter(({ source }) => source === name).map(({ id }) => id)).toEqual(sent)
  }
  expect(new Set(rows.map(({ amount }) => amount))).toEqual(new Set(['1.0500']))
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})

test('publishes nothing of a file in which one line is not JSON, and names the line', async () => {
  const file = ndjson(
    line('broken-1', 'a', 'b'),
    '',
    '{"transactionId": broken-2}',
    line('broken-3', 'a', 'b'),
  )
  const { code, stdout, stderr } = await publish(file)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(`${file}:3: is not JSON`)
  // What is published behind it with the same key would come after it.
  await publish(ndjson(line('behind-1', 'a', 'b')))
  await until('the one behind is final', async () => (await accepted('behind')).length === 1)
  expect(await accepted('broken')).toEqual([])
})

test('leaves what is JSON but no transaction to the service', async () => {
  const { code } = await publish(ndjson('{"transactionId":"odd-1"}', '7'))
  expect(code).toBe(0)
  await until('both are dead letters', async () => {
    const { body } = await pipeline.call('dead-letter', 'GET', '/api/v1/dead-letters')
    return (body['deadLetters'] as unknown[]).length === 2
  })
})

test('says that no Pub/Sub answers, that the topic is not there, and that the file is not', async () => {
  const file = ndjson(line('nowhere-1', 'a', 'b'))
  const nowhere = await publish(file, '--url', '127.0.0.1:1')
  expect(nowhere).toMatchObject({ code: 1, stdout: '' })
  expect(nowhere.stderr).toMatch(
    /^No Pub\/Sub answers on 127.0.0.1:1 .*npm start, or set PUBSUB_EMULATOR_HOST/,
  )
  const noTopic = await publish(file, '--project', 'another')
  expect(noTopic.stderr).toMatch(/has no topic transactions in the project another/)
  const noFile = await publish('no-such.ndjson')
  expect(noFile).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^no-such.ndjson cannot be read: ENOENT/),
  })
})

test('takes the flags before the environment, and that before the running stack', () => {
  const running = { url: '', issuerUrl: '', pubsubHost: 'stack:1', projectId: 'of-stack', pid: 1 }
  const env = { PUBSUB_EMULATOR_HOST: 'env:2' }
  expect(findPubsub({ url: 'http://flag:3/', projectId: 'flag' }, env, () => running)).toEqual({
    host: 'flag:3',
    projectId: 'flag',
  })
  expect(findPubsub({}, env, () => running)).toEqual({ host: 'env:2', projectId: 'of-stack' })
  expect(findPubsub({}, {}, () => running)).toEqual({ host: 'stack:1', projectId: 'of-stack' })
  expect(() => findPubsub({ projectId: 'p' }, {}, () => undefined)).toThrow(
    'No Pub/Sub is running: start it with npm start',
  )
})

async function readAll(file: string) {
  const events = []
  for await (const event of readEvents(file)) events.push(event)
  return events
}

test('ends a line at a line feed and nowhere else, also across the pieces a file is read in', async () => {
  const padding = 'x'.repeat(50_000)
  const lines = Array.from(
    { length: 5 },
    (_, index) => `{"sourceAccountId":"é${index}","note":"\u2028${padding}"}`,
  )
  const events = await readAll(temporaryFile('wide.ndjson', lines.join('\r\n')))
  expect(events.map(({ lineNumber, orderingKey }) => ({ lineNumber, orderingKey }))).toEqual(
    lines.map((_, index) => ({ lineNumber: index + 1, orderingKey: `é${index}` })),
  )
  expect(events.map(({ text }) => text)).toEqual(lines)
})

test.each([
  ['longer than any transaction', Buffer.alloc(200_000, 'x'), /:1: is longer than 65536 bytes/],
  ['not UTF-8', Buffer.from([0x7b, 0x7d, 0x0a, 0x22, 0xff, 0x22]), /:2: is not UTF-8/],
])('refuses a line that is %s', async (_, content, message) => {
  await expect(readAll(temporaryFile('bad.ndjson', content))).rejects.toThrow(message)
})

test('reads no further into a file without line ends than a line may be long', async () => {
  await expect(readAll('/dev/zero')).rejects.toThrow('/dev/zero:1: is longer than 65536 bytes')
})
