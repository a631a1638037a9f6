import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { publishResults } from '../../lib/drain/publish-results.ts'
import type { AccountId } from '../../lib/ledger/account.ts'
import type { TransactionId } from '../../lib/ledger/transaction.ts'
import type { TransactionRecord } from '../../lib/mysql/transaction-record.ts'
import { ring } from '../../lib/pubsub/doorbell.ts'
import type { Message, Publisher } from '../../lib/pubsub/publisher.ts'
import { toldTransaction } from '../../lib/views/told-transaction.ts'
import { seededFaker } from '../../loadgen/random/seeded-faker.ts'

type Sizes = {
  readonly bell_bytes: number
  readonly result_bytes: readonly { readonly from: number; readonly bytes: number }[]
}
const sizes = parse(
  readFileSync(new URL('../../terraform/scaling/sizes.yaml', import.meta.url), 'utf8'),
) as Sizes

/** A transfer as most are: UUIDs for ids, of which compression saves nothing. */
function completed(faker: ReturnType<typeof seededFaker>, seq: number): TransactionRecord {
  const account = () => `account-${faker.number.int(1000)}` as AccountId
  const money = () => BigInt(faker.number.int(1_000_000_000))
  const moment = () => faker.date.between({ from: '2026-11-22T10:00:00Z', to: '2026-11-22T10:00:01Z' })
  const decidedAt = '2026-11-22T10:00:01.123456Z'
  return {
    ...{ seq, transactionId: faker.string.uuid() as TransactionId, orderingGroup: 7 },
    ...{
      type: 'transfer',
      status: 'COMPLETED',
      reason: null,
      currency: 'USD',
      metadata: null,
      traceparent: null,
    },
    ...{ sourceAccountId: account(), destinationAccountId: account(), amount: money(), settledAmount: 0n },
    ...{ parentTransactionId: null, occurredAt: null, expiresAt: null, failureCount: 0, lastError: null },
    ...{ sourceBalanceAfter: money(), destinationBalanceAfter: money() },
    ...{ sourceVersion: faker.number.int(100_000), destinationVersion: faker.number.int(100_000) },
    ...{ acceptedAt: moment().toISOString(), decidedAt, finishedAt: decidedAt },
  }
}

/** What Pub/Sub would count of the messages that are published by `work`: data, key and attributes. */
async function bytesOf(work: (publisher: Publisher) => Promise<void>): Promise<number> {
  const messages: Message[] = []
  await work({
    publish: async (_topic, message) => {
      messages.push(message)
    },
    close: async () => {},
  })
  const texts = messages.flatMap(({ data, orderingKey, attributes = {} }) => [
    data,
    orderingKey,
    ...Object.entries(attributes).flat(),
  ])
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
}

test.each(sizes.result_bytes.map(({ from, bytes }) => [Math.max(1, from), bytes] as const))(
  'a result is as large as the estimate takes it for where a message has %d',
  async (count, bytes) => {
    const faker = seededFaker(7)
    const results = Array.from({ length: count }, (_, index) =>
      toldTransaction(completed(faker, 1_234_567_890 + index)),
    )
    const head = { orderingGroup: 7, number: 1_234_567, hash: 'a'.repeat(64) }
    const measured =
      (await bytesOf(publisher => publishResults(publisher, 'results', results, [head]))) / count
    expect(measured).toBeLessThanOrEqual(bytes)
    expect(measured).toBeGreaterThan(0.95 * bytes)
  },
)

test('a bell is as large as the estimate takes it for', async () => {
  const bell = { group: 7, lastSeq: 1_234_567_890 }
  expect(await bytesOf(publisher => ring(publisher, 'pending', bell))).toBe(sizes.bell_bytes)
})
