import { PubSub } from '@google-cloud/pubsub'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { BankRow } from '../../loadgen/replay/bank-row.ts'
import { type ReplayOptions, type ReplayResult, replayBank } from '../../loadgen/replay/replay-bank.ts'
import { findBrokenBooks, readBalances } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'
import { type Front, type Intercept, startFront } from './support/front.ts'

let pipeline: Pipeline
let front: Front
let intercept: Intercept
let nextAccount = 0
beforeAll(async () => {
  pipeline = await startPipeline()
  front = await startFront(pipeline, (method, path) => intercept(method, path))
})
beforeEach(() => {
  intercept = () => undefined
})
afterAll(async () => {
  await front.close()
  await closePipelines()
})

/** Rows of a new account, one for each change of its balance in hundredths. */
function rowsOf(...changes: number[]): BankRow[] {
  nextAccount += 1
  const accountId = `cz-${nextAccount}`
  let balanceAfter = 0n
  return changes.map((cents, index) => {
    balanceAfter += BigInt(cents) * 100n
    return {
      line: index + 2,
      transactionId: `${accountId}-${index}`,
      accountId,
      date: '1993-01-01',
      direction: cents > 0 ? 'credit' : 'debit',
      amount: BigInt(Math.abs(cents)) * 100n,
      balanceAfter,
    }
  })
}

async function replay(rows: readonly BankRow[], more: Partial<ReplayOptions> = {}): Promise<ReplayResult> {
  const { projectId } = pipeline
  return replayBank({
    url: front.url,
    token: await pipeline.callerToken(),
    pubsub: { host: process.env['PUBSUB_EMULATOR_HOST'] ?? '', projectId },
    rows,
    concurrency: 10,
    rowSeconds: 20,
    interrupted: new AbortController().signal,
    ...more,
  })
}

async function countTransactions(where: string): Promise<number> {
  const [[{ count }]] = await pipeline.db.raw(`SELECT COUNT(*) AS count FROM transactions WHERE ${where}`)
  return Number(count)
}

test('finds nothing amiss in a bank that reckons right, below zero too, nor when it is replayed again', async () => {
  const rows = [...rowsOf(100, -30, -170, 50), ...rowsOf(1, 2, 3), ...rowsOf(-1)]
  const first = await replay(rows)
  expect(first).toMatchObject({ rows: 8, accounts: 3, findings: { mismatches: [], errors: [] } })
  expect(await readBalances(pipeline.db)).toMatchObject({
    'cz-1': '-0.5000',
    'cz-2': '0.0600',
    'cz-3': '-0.0100',
    'world:CZK': '0.4500',
  })
  expect(await replay(rows)).toMatchObject({ findings: { mismatches: [], errors: [] } })
})

test('reports a mismatch where the balance of the file differs by 0.0001', async () => {
  const rows = rowsOf(100, -30, 50)
  const { findings } = await replay(
    rows.map((row, index) => (index === 1 ? { ...row, balanceAfter: 7001n } : row)),
  )
  const { transactionId } = rows[1] ?? {}
  expect(findings.mismatches).toEqual([
    { where: 'line 3', what: `${transactionId} left a balance of 0.70; the file has 0.7001` },
  ])
  expect(findings.errors).toEqual([])
})

test('reports a mismatch where the last balance of the file differs, for the row and for the account', async () => {
  const rows = rowsOf(100, 50).map((row, index) => (index === 1 ? { ...row, balanceAfter: 1n } : row))
  const { findings } = await replay(rows)
  expect(findings.mismatches.map(({ where }) => where)).toEqual(['line 3', rows[0]?.accountId])
})

test('reports a row that the service refuses as a mismatch', async () => {
  const [credit, debit] = rowsOf(100, -300)
  if (credit === undefined || debit === undefined) throw new Error('there are two rows')
  // The file says that the debit left something, so the account is opened without an overdraft.
  const { findings } = await replay([credit, { ...debit, balanceAfter: 1n }])
  expect(findings.mismatches[0]).toEqual({
    where: 'line 3',
    what: `${debit.transactionId} is FAILED (insufficient_funds)`,
  })
})

test('publishes each row twice and then all once more, and moves nothing twice', async () => {
  const rows = [...rowsOf(100, -30, -20), ...rowsOf(500, -500)]
  const topic = await watchTopic()
  const before = await countTransactions('1 = 1')
  const { findings } = await replay(rows, { twice: true })
  expect(findings).toMatchObject({ mismatches: [], errors: [] })
  await until('the topic has delivered all', () => topic.seen.length === 3 * 5 + 3)
  await topic.close()
  for (const { transactionId } of rows) expect(topic.seen.filter(id => id === transactionId)).toHaveLength(3)
  // One mark an account and one of the world, behind everything that was published.
  expect(await countTransactions(`transaction_id LIKE 'mark-%' AND status = 'FAILED'`)).toBe(3)
  expect(await countTransactions('1 = 1')).toBe(before + 5 + 3)
  expect(await countTransactions(`status = 'PENDING'`)).toBe(0)
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})

/** Gathers the ids of the transactions that are published from now on. */
async function watchTopic(): Promise<{ seen: string[]; close(): Promise<void> }> {
  const client = new PubSub({ projectId: pipeline.projectId })
  const [subscription] = await client.topic('transactions').createSubscription('watch')
  const seen: string[] = []
  subscription.on('message', message => {
    seen.push(JSON.parse(message.data.toString()).transactionId)
    message.ack()
  })
  const close = async () => {
    await subscription.close()
    await client.close()
  }
  return { seen, close }
}

test('sees it when a doubled row changes what the first has left', async () => {
  const rows = rowsOf(100)
  const transactionId = rows[0]?.transactionId
  let isPlayed = false
  intercept = (_, path) =>
    isPlayed && path === `/api/v1/transactions/${transactionId}`
      ? { status: 200, body: { transactionId, status: 'COMPLETED', destinationBalanceAfter: 2 } }
      : undefined
  const { findings } = await replay(rows, {
    twice: true,
    onRow: () => {
      isPlayed = true
    },
  })
  expect(findings.mismatches).toEqual([
    { where: 'line 2', what: `${transactionId} left a balance of 2; the file has 1.00` },
  ])
})

test('rides out a service that is away, and accounts that are not known yet', async () => {
  let calls = 0
  intercept = () => {
    calls += 1
    return calls % 3 === 0 ? undefined : { status: 503, body: { code: 'unavailable' } }
  }
  expect(await replay(rowsOf(100, -30))).toMatchObject({ rows: 2, findings: { mismatches: [], errors: [] } })
})

test('waits for a balance whose copy is behind the last row', async () => {
  const rows = rowsOf(100, -30)
  let isPlayed = false
  let staleReads = 0
  intercept = (_, path) => {
    if (!isPlayed || path !== `/api/v1/accounts/${rows[0]?.accountId}/balance` || staleReads === 3)
      return undefined
    staleReads += 1
    return { status: 200, body: { balance: 1, version: 1 } }
  }
  const { findings } = await replay(rows, {
    onRow: () => {
      isPlayed = true
    },
  })
  expect(findings).toMatchObject({ mismatches: [], errors: [] })
  expect(staleReads).toBe(3)
})

test('reports a row that never becomes final as an error, ends its account there, and goes on with the others', async () => {
  const [stuck, other] = [rowsOf(100, -30), rowsOf(5, 5)]
  intercept = (_, path) =>
    path === `/api/v1/transactions/${stuck[0]?.transactionId}` ? { status: 404, body: {} } : undefined
  const { findings } = await replay([...stuck, ...other], { rowSeconds: 1 })
  expect(findings.errors).toEqual([
    {
      where: 'line 2',
      what: expect.stringMatching(/^transaction cz-.*: not within 1 s; the last answer was 404/),
    },
  ])
  expect(await countTransactions(`transaction_id = '${stuck[1]?.transactionId}'`)).toBe(0)
  expect(
    await countTransactions(`transaction_id = '${other[1]?.transactionId}' AND status = 'COMPLETED'`),
  ).toBe(1)
})

test('refuses to go on where an account of that name has other terms', async () => {
  const rows = rowsOf(100)
  const accountId = rows[0]?.accountId
  await pipeline.call('accounts', 'POST', '/api/v1/accounts', { accountId, currency: 'USD' })
  await expect(replay(rows)).rejects.toThrow(`account ${accountId} cannot be opened: 409`)
})

test('replays only as many rows as it is told, with the overdraft the whole file asks for', async () => {
  const rows = rowsOf(100, -30, -100)
  expect(await replay(rows, { limit: 2 })).toMatchObject({
    rows: 2,
    findings: { mismatches: [], errors: [] },
  })
  expect(await countTransactions(`transaction_id = '${rows[2]?.transactionId}'`)).toBe(0)
  expect(await replay(rows)).toMatchObject({ rows: 3, findings: { mismatches: [], errors: [] } })
})

test('ends when it is interrupted, and publishes nothing more', async () => {
  const interruption = new AbortController()
  const rows = rowsOf(...Array.from({ length: 50 }, () => 1))
  const stop = (done: number) => {
    if (done === 3) interruption.abort(new Error('interrupted'))
  }
  const ended = replay(rows, { interrupted: interruption.signal, onRow: stop })
  await expect(ended).rejects.toThrow('interrupted')
  expect(await countTransactions(`transaction_id LIKE '${rows[0]?.accountId}-%'`)).toBe(3)
})
