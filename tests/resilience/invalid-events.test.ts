import { v1 } from '@google-cloud/pubsub'
import { credentials } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Page } from '../../knative/local/pubsub/page.ts'
import { allFinal, findBrokenBooks, openAccounts, readBalances } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'

const INVALID = 10_000
const VALID = 2000
const AT_ONCE = 1000

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
  await openAccounts(pipeline, ['alice', 'bob'], '5000')
})
afterAll(closePipelines)

const valid = (index: number) => ({
  ...{
    transactionId: `valid-${index}`,
    sourceAccountId: 'alice',
    destinationAccountId: 'bob',
    amount: '0.01',
  },
})

/** What can never be accepted, each in words of its own, and why. */
const KINDS: readonly (readonly [reason: string, text: (index: number) => string])[] = [
  ['invalid_json', index => `{"transactionId":"cut-${index}`],
  ['invalid_json', index => `nothing of JSON ${index}`],
  [
    'invalid_request',
    index => JSON.stringify({ ...valid(0), transactionId: `poor-${index}`, amount: undefined }),
  ],
  ['invalid_request', index => JSON.stringify({ ...valid(0), transactionId: `minus-${index}`, amount: -1 })],
  [
    'invalid_request',
    index => JSON.stringify({ ...valid(0), transactionId: `fine-${index}`, amount: '0.00001' }),
  ],
  [
    'invalid_request',
    index => JSON.stringify([{ ...valid(0), transactionId: `other-${index}`, colour: 'red' }]),
  ],
  ['invalid_request', index => JSON.stringify(`a text ${index}`)],
  ['transaction_id_reused', index => JSON.stringify({ ...valid(0), amount: 1 + index })],
  [
    'unknown_parent',
    index => JSON.stringify({ type: 'void', transactionId: `v-${index}`, parentTransactionId: 'x' }),
  ],
]

const invalid = Array.from({ length: INVALID }, (_, index) => {
  const [reason, text] = KINDS[index % KINDS.length] ?? KINDS[0] ?? ['', String]
  return { reason, text: text(index) }
})

async function publish(texts: readonly string[]): Promise<void> {
  const [servicePath = '', port] = (process.env['PUBSUB_EMULATOR_HOST'] ?? '').split(':')
  const publisher = new v1.PublisherClient({
    servicePath,
    port: Number(port),
    sslCreds: credentials.createInsecure(),
  })
  const topic = `projects/${pipeline.projectId}/topics/transactions`
  for (let from = 0; from < texts.length; from += AT_ONCE) {
    const messages = texts.slice(from, from + AT_ONCE).map(text => ({ data: Buffer.from(text) }))
    await publisher.publish({ topic, messages })
  }
  await publisher.close()
}

async function readLetters(): Promise<{ reason: string; payload: string }[]> {
  const [letters] = await pipeline.db.raw('SELECT reason, payload FROM dead_letters')
  return letters
}

/** For how long the subscriptions are held back, the longest of it. */
async function longestPause(): Promise<number> {
  const { subscriptions } = (await (await fetch(pipeline.pushIssuer)).json()) as Page
  return Math.max(
    ...Object.values(subscriptions).map(({ pushPausedForSeconds }) => pushPausedForSeconds ?? 0),
  )
}

test('10,000 invalid events among valid ones are dead letters with their reasons, and hold nothing back', async () => {
  const events = invalid.flatMap(({ text }, index) => {
    const place = index / (INVALID / VALID)
    return Number.isInteger(place) ? [JSON.stringify(valid(place)), text] : [text]
  })
  await publish(events)
  let paused = 0
  await until(
    'all are taken',
    async () => {
      paused = Math.max(paused, await longestPause())
      const [[{ letters }]] = await pipeline.db.raw('SELECT COUNT(*) AS letters FROM dead_letters')
      return paused > 0 || Number(letters) >= INVALID
    },
    120,
  )
  await allFinal(pipeline.db)
  expect(paused).toBe(0)
  const letters = (await readLetters()).map(({ reason, payload }) => `${reason} ${payload}`)
  const plain = (text: string) => (text.startsWith('[') ? text.slice(1, -1) : text)
  expect(letters.sort()).toEqual(invalid.map(({ reason, text }) => `${reason} ${plain(text)}`).sort())
  expect(await readBalances(pipeline.db)).toMatchObject({ alice: '4980.0000', bob: '5020.0000' })
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
}, 180_000)
