import { randomUUID } from 'node:crypto'
import { forEachAtMost } from '../command/for-each-at-most.ts'
import { CURRENCY, rowsByAccount, WORLD } from './bank-row.ts'
import { followTransaction } from './follow-transaction.ts'
import { judge } from './play-rows.ts'
import type { ReplayContext } from './replay-context.ts'
import { rowEvent } from './row-event.ts'

const MAX_IN_FLIGHT = 1000

/**
 * Publishes the whole file once more, without waiting in between; once the service has dealt with all of it,
 * compares every row again.
 */
export async function playAgain(context: ReplayContext): Promise<void> {
  const { rows, client, producer, patience, concurrency, show } = context
  const published = show('rows published again', rows.length)
  await forEachAtMost(MAX_IN_FLIGHT, rows, async row => {
    patience.interrupted.throwIfAborted()
    await producer.publish(rowEvent(row), row.accountId)
    published.step()
  }).finally(() => published.stop())
  await untilTaken(context)
  const compared = show('rows compared again', rows.length)
  await forEachAtMost(concurrency, rows, async row => {
    judge(context, row, await followTransaction(client, row.transactionId, patience))
    compared.step()
  }).finally(() => compared.stop())
}

/**
 * A known event leaves no trace to wait for. So each account sends a mark behind its events, a transfer to
 * nobody, that is refused: a key's messages come in order, hence when the mark is final the service has taken
 * all before it. The world's mark comes last; when that is final too, whatever those events had set going is
 * over.
 */
async function untilTaken(context: ReplayContext): Promise<void> {
  const { rows, concurrency, show } = context
  const accountIds = [...rowsByAccount(rows).keys()]
  const progress = show('accounts settled', accountIds.length)
  await forEachAtMost(concurrency, accountIds, async accountId => {
    await sendMark(context, accountId)
    progress.step()
  }).finally(() => progress.stop())
  await sendMark(context, WORLD)
}

async function sendMark(context: ReplayContext, sourceAccountId: string): Promise<void> {
  const { client, producer, patience, findings } = context
  const id = randomUUID()
  const transactionId = `mark-${id}`
  const destinationAccountId = `nobody-${id}`
  const mark = { transactionId, sourceAccountId, destinationAccountId, amount: '0.01', currency: CURRENCY }
  await producer.publish(JSON.stringify(mark), sourceAccountId)
  const { status } = await followTransaction(client, transactionId, patience)
  if (status === 'FAILED') return
  findings.mismatches.push({ where: sourceAccountId, what: `a transfer to nobody is ${status}` })
}
