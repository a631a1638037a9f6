import { setTimeout as pause } from 'node:timers/promises'
import type { Money } from '../../lib/ledger/money.ts'
import { ExpectedError } from '../command/expected-error.ts'
import { Figures } from '../figures/figures.ts'
import { seededFaker } from '../random/seeded-faker.ts'
import { openAccounts } from '../service/open-accounts.ts'
import { type Answer, createServiceClient, type ServiceClient } from '../service/service-client.ts'
import { type BalanceEvents, followBalance } from './balance-events.ts'

export type LatencyOptions = {
  readonly url: string
  readonly token: string
  /** In the ids of accounts and transactions, so that a run meets no other. */
  readonly runId: string
  readonly transfers: number
  readonly seed: number
  readonly interrupted: AbortSignal
  readonly onTransfer?: () => void
}

/** What is measured, in milliseconds. */
export const MEASURED = {
  accepted: 'POST to 202',
  waited: 'POST to the answer of Prefer: wait=5',
  streamed: 'POST to the event of the stream',
  decidedToWaited: 'decided to the answer of Prefer: wait=5',
  decidedToStreamed: 'decided to the event of the stream',
} as const

/** Enough for any run, so that nothing has to be paid in before. */
const OVERDRAFT: Money = 1_000_000_0000n

/** So that transfers do not keep step with anything that is looked at in turns. */
const MAX_PAUSE_MILLISECONDS = 20

/** Sends transfers one at a time, and measures how soon each is accepted, answered and seen. */
export async function measureTransfers(options: LatencyOptions): Promise<Figures> {
  const { url, token, runId, transfers, seed, interrupted, onTransfer } = options
  const client = createServiceClient(url, token)
  const figures = new Figures()
  const faker = seededFaker(seed)
  const [payer, payee] = [`latency-payer-${runId}`, `latency-payee-${runId}`]
  let events: BalanceEvents | undefined
  try {
    const limits = new Map([payer, payee].map(accountId => [accountId, OVERDRAFT] as const))
    await openAccounts(client, { currency: 'USD', limits }, { seconds: 30, interrupted })
    events = await followBalance({ url, token }, payer)
    let { version } = await events.seen(0)
    for (let index = 0; index < transfers; index += 1) {
      interrupted.throwIfAborted()
      await pause(faker.number.int({ min: 0, max: MAX_PAUSE_MILLISECONDS }))
      version += 1
      const transfer = { transactionId: `latency-${runId}-${index}`, amount: '0.01' }
      const body = { ...transfer, sourceAccountId: payer, destinationAccountId: payee }
      await measureOne({ client, events, figures, body, version, waits: index % 2 === 1 })
      onTransfer?.()
    }
    return figures
  } finally {
    events?.close()
    client.close()
  }
}

type OneTransfer = {
  readonly client: ServiceClient
  readonly events: BalanceEvents
  readonly figures: Figures
  readonly body: { readonly transactionId: string }
  /** The payer's version after it. */
  readonly version: number
  readonly waits: boolean
}

async function measureOne({ client, events, figures, body, version, waits }: OneTransfer): Promise<void> {
  const add = (row: keyof typeof MEASURED, milliseconds: number) =>
    figures.add(MEASURED[row], '', milliseconds)
  const postedMs = Date.now()
  const posted = performance.now()
  const preference = waits ? { prefer: 'wait=5' } : {}
  const [answered, seen] = await Promise.all([
    client.post('/api/v1/transactions/process', body, preference).then(answer => {
      add(waits ? 'waited' : 'accepted', performance.now() - posted)
      return { said: bodyOf(answer, body.transactionId), answeredMs: Date.now() }
    }),
    events.seen(version),
  ])
  add('streamed', seen.seenMs - postedMs)
  add('decidedToStreamed', seen.seenMs - seen.asOfMs)
  const { finishedAt } = answered.said
  if (waits && typeof finishedAt === 'string')
    add('decidedToWaited', answered.answeredMs - Date.parse(finishedAt))
}

function bodyOf(answer: Answer, transactionId: string): Readonly<Record<string, unknown>> {
  if (answer.kind === 'answer' && (answer.status === 200 || answer.status === 202)) return answer.body
  throw new ExpectedError(`${transactionId}: ${JSON.stringify(answer)}`)
}
