import { expect, test } from '@jest/globals'
import {
  type HistoryPage,
  joinHistory,
  movesMoney,
  newerBalance,
} from '../../../functions/console/page/account.ts'
import { AccountHistory } from '../../../functions/console/page/account-history.ts'
import { type Answer, refuse } from '../../../functions/console/page/answer.ts'
import type { AccountTransaction } from '../../../functions/console/page/transaction.ts'
import { noonPlus } from './points.ts'

function sent(transactionId: string, changes: Partial<AccountTransaction> = {}): AccountTransaction {
  return {
    transactionId,
    type: 'transfer',
    status: 'COMPLETED',
    sourceAccountId: 'alice',
    destinationAccountId: 'bob',
    amount: '1.00',
    acceptedAt: noonPlus(0),
    direction: 'OUT',
    ...changes,
  }
}

const page = (ids: readonly string[], nextCursor?: string): Answer<HistoryPage> => ({
  ok: true,
  body: { transactions: ids.map(id => sent(id)), ...(nextCursor === undefined ? {} : { nextCursor }) },
  text: '',
})

function historyOf(answers: Answer<HistoryPage>[]) {
  const asked: string[] = []
  const history = new AccountHistory({
    ask: async query => {
      asked.push(query)
      return answers.shift() ?? refuse(0, 'away')
    },
    onChange: () => undefined,
  })
  const ids = (): readonly string[] | undefined =>
    history.transactions?.map(({ transactionId }) => transactionId)
  return { history, asked, ids }
}

test('keeps the newer of two balances, and of two alike the one that came', () => {
  expect(newerBalance({ version: 2 }, { version: 1 })).toEqual({ version: 2 })
  expect(newerBalance({ version: 2, from: 'known' }, { version: 2, from: 'came' })).toMatchObject({
    from: 'came',
  })
})

test('puts what is new before what is known, each once and as it is now', () => {
  const joined = joinHistory([sent('b', { status: 'PENDING' }), sent('a')], [sent('c'), sent('b')])
  expect(joined?.map(({ transactionId, status }) => [transactionId, status])).toEqual([
    ['c', 'COMPLETED'],
    ['b', 'COMPLETED'],
    ['a', 'COMPLETED'],
  ])
})

test('does not join pages between which something may be missing', () => {
  expect(joinHistory([sent('a')], [sent('z')])).toBeUndefined()
})

test('shows more, page by page, until there is no more', async () => {
  const { history, asked, ids } = historyOf([page(['d', 'c'], 'next'), page(['b', 'a'])])
  await history.refresh()
  await history.showMore()
  expect(ids()).toEqual(['d', 'c', 'b', 'a'])
  expect(history.cursor).toBeUndefined()
  await history.showMore()
  expect(asked).toEqual(['?limit=25', '?limit=25&cursor=next'])
})

test('keeps its place when something new comes', async () => {
  const { history, ids } = historyOf([page(['b', 'a'], 'old'), page(['c', 'b'], 'new')])
  await history.refresh()
  await history.refresh()
  expect(ids()).toEqual(['c', 'b', 'a'])
  expect(history.cursor).toBe('old')
})

test('begins anew where more has come than a page', async () => {
  const { history, ids } = historyOf([page(['b', 'a'], 'old'), page(['z', 'y'], 'new')])
  await history.refresh()
  await history.refresh()
  expect(ids()).toEqual(['z', 'y'])
  expect(history.cursor).toBe('new')
})

test('asks one at a time, and once more for all that happened meanwhile', async () => {
  const { history, asked } = historyOf([page(['a']), page(['b', 'a'])])
  await Promise.all([history.refresh(), history.refresh(), history.refresh()])
  expect(asked).toHaveLength(2)
})

test('knows whether something shown is still to be decided', async () => {
  const { history } = historyOf([page(['a'])])
  expect(history.hasPending).toBe(false)
  await history.refresh()
  expect(history.hasPending).toBe(false)
  history.transactions = [sent('a', { status: 'PENDING' })]
  expect(history.hasPending).toBe(true)
})

test('keeps what it shows when nothing comes', async () => {
  const { history, ids } = historyOf([page(['a'])])
  await history.refresh()
  await history.refresh()
  expect([ids(), history.refusal?.status]).toEqual([['a'], 0])
})

test('tells what moved money from what only reserved it, or was refused', () => {
  expect(movesMoney(sent('a'))).toBe(true)
  expect(movesMoney(sent('a', { type: 'hold' }))).toBe(false)
  expect(movesMoney(sent('a', { status: 'FAILED' }))).toBe(false)
})
