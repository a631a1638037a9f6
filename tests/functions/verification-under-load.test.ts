import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { allFinal, openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { findFaults, verify } from '../support/verification.ts'

const ACCOUNTS = Array.from({ length: 20 }, (_, index) => `account-${index}`)
const PATH = '/api/v1/ledger/verification'
/** It was at work meanwhile, and found something new again and again: the load lasts until then. */
const ENOUGH = { calls: 12, complete: 2, links: 20 }

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
  await openAccounts(pipeline, ACCOUNTS, '1000')
})
afterAll(closePipelines)

/** Holds and their captures, transfers and their reversals, between accounts that everybody uses. */
function drawBatch(caller: number, round: number): object[] {
  const account = (place: number) => ACCOUNTS[(caller * 7 + round * 3 + place) % ACCOUNTS.length] ?? ''
  return Array.from({ length: 10 }, (_, place) => {
    const id = `${caller}-${round}-${place}`
    const sides = { sourceAccountId: account(place), destinationAccountId: account(place + 1 + (round % 5)) }
    const order = {
      transactionId: id,
      ...sides,
      amount: 1 + (place % 3),
      type: place % 2 ? 'hold' : 'transfer',
    }
    const type = place % 2 ? (round % 2 ? 'capture' : 'void') : 'reversal'
    const isFollowed = (place + round) % 3 === 0
    return isFollowed ? [order, { transactionId: `${id}-after`, type, parentTransactionId: id }] : [order]
  }).flat()
}

async function sendLoad(caller: number, over: AbortSignal): Promise<void> {
  for (let round = 0; !over.aborted; round += 1) {
    const transactions = drawBatch(caller, round)
    const answer = await pipeline.call('ingest', 'POST', '/api/v1/transactions/batch', { transactions })
    if (answer.status !== 202) throw new Error(answer.text)
  }
}

async function changeStandings(over: AbortSignal): Promise<void> {
  for (let limit = 0; !over.aborted; limit += 1) {
    const path = `/api/v1/accounts/${ACCOUNTS[limit % ACCOUNTS.length]}`
    await pipeline.call('accounts', 'PATCH', path, { overdraftLimit: limit })
  }
}

test('finds nothing in a sound ledger while workers settle, and verifies all of it', async () => {
  const over = new AbortController()
  const callers = [0, 1, 2].map(caller => sendLoad(caller, over.signal))
  const load = Promise.all([...callers, changeStandings(over.signal)])
  let [calls, complete, links] = [0, 0, 0]
  try {
    while (calls < ENOUGH.calls || complete < ENOUGH.complete || links < ENOUGH.links) {
      const query = calls % 10 === 9 ? '?from=start' : ''
      const { body } = await pipeline.call('sweeper', 'GET', `${PATH}${query}`)
      expect(body['faults']).toEqual([])
      calls += 1
      complete += body['complete'] === true ? 1 : 0
      links += (body['checked'] as { links: number }).links
    }
  } finally {
    over.abort()
    await load
  }
  await allFinal(pipeline.db)
  expect(await findFaults(pipeline)).toEqual([])
  const [[{ transactions }]] = await pipeline.db.raw('SELECT COUNT(*) AS transactions FROM transactions')
  expect((await verify(pipeline, '?from=start')).checked.transactions).toBe(Number(transactions))
}, 60_000)

test('two that verify at once find nothing, and both come to the end', async () => {
  const both = await Promise.all([verify(pipeline, '?from=start'), verify(pipeline), verify(pipeline)])
  expect(both.map(({ complete, faults }) => [complete, faults])).toEqual(both.map(() => [true, []]))
})
