import { PubSub } from '@google-cloud/pubsub'
import { afterAll, expect, test } from '@jest/globals'
import { toSqlTime } from '../../lib/mysql/time.ts'
import { closePipelines, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'

afterAll(closePipelines)

test('rings less often than it accepts while the workers are behind, and for all of it', async () => {
  const { db, call, projectId } = await startPipeline({ deaf: true })
  const [subscription] = await new PubSub({ projectId })
    .topic('transactions-pending')
    .createSubscription('listener')
  const rungFor: number[] = []
  subscription.on('message', message => {
    rungFor.push(JSON.parse(message.data.toString()).lastSeq)
    message.ack()
  })
  await db.raw(
    `INSERT INTO transactions (transaction_id, ordering_group, type, source_account_id, destination_account_id, amount,
       accepted_at) VALUES ('waiting', 0, 'transfer', 'payer', 'payee', 1, ?)`,
    [toSqlTime(new Date(Date.now() - 60_000))],
  )
  // All of one source, so of one group; one after another, so that each is rung for before the next is sent.
  let sent = 0
  const post = async () => {
    sent += 1
    const sides = { sourceAccountId: 'payer', destinationAccountId: 'payee' }
    const body = { ...sides, transactionId: `sent-${sent}`, amount: '1' }
    expect((await call('ingest', 'POST', '/api/v1/transactions/process', body)).status).toBe(202)
  }
  // The first look at what is pending is on its way while the first ones are accepted.
  await until('fewer bells than transactions', async () => {
    await post()
    return sent - rungFor.length >= 10
  })
  await until('all of it is rung for', () => rungFor.at(-1) === sent + 1)
  expect(rungFor.length).toBeLessThan(sent)
  await subscription.close()
})
