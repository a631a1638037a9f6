import type { Progress } from '../command/show-progress.ts'
import { openAccounts } from '../service/open-accounts.ts'
import { openProducer, type PubsubPlace } from '../service/producer.ts'
import { createServiceClient } from '../service/service-client.ts'
import { type BankRow, CURRENCY, overdraftLimits, rowsByAccount } from './bank-row.ts'
import { compareBalances } from './compare-balances.ts'
import { Findings } from './findings.ts'
import { playAgain } from './play-again.ts'
import { playRows } from './play-rows.ts'
import { readBalances, sumOf } from './read-balances.ts'
import type { ReplayContext } from './replay-context.ts'

export type ReplayOptions = {
  /** Where callers reach the service. */
  readonly url: string
  /** What callers present there. */
  readonly token: string
  readonly pubsub: PubsubPlace
  readonly rows: readonly BankRow[]
  /** Only so many rows of the file, from its first. */
  readonly limit?: number | undefined
  /** Publishes each row's event twice, and then the whole file once more. */
  readonly twice?: boolean
  /** Most accounts at a time. */
  readonly concurrency: number
  /** Until it is an error that a row is not final. */
  readonly rowSeconds: number
  readonly interrupted: AbortSignal
  readonly show?: (what: string, total: number) => Progress
  /** Told after each row how many are final. */
  readonly onRow?: (done: number) => void
}

export type ReplayResult = {
  readonly rows: number
  readonly accounts: number
  /** From the first row published to the last seen final, each for the first time. */
  readonly seconds: number
  readonly findings: Findings
}

/**
 * Sends a bank's rows through the service, by its topic and its public endpoints only, and compares the
 * balance after each row, and all at the end, with the bank's own.
 */
export async function replayBank(options: ReplayOptions): Promise<ReplayResult> {
  const { url, pubsub, limit, twice = false, rowSeconds, interrupted, concurrency } = options
  const rows = options.rows.slice(0, limit)
  const accountIds = new Set(rowsByAccount(rows).keys())
  // As the whole file shows it: so a longer replay finds the accounts of a shorter one as it needs them.
  const limits = new Map([...overdraftLimits(options.rows)].filter(([id]) => accountIds.has(id)))
  const producer = await openProducer(pubsub, rowSeconds)
  const context: ReplayContext = {
    client: createServiceClient(url, options.token),
    producer,
    patience: { seconds: rowSeconds, interrupted },
    findings: new Findings(),
    rows,
    concurrency,
    copies: twice ? 2 : 1,
    versions: new Map(),
    show: options.show ?? (() => ({ step: () => undefined, stop: () => undefined })),
    onRow: options.onRow ?? (() => undefined),
  }
  try {
    await openAccounts(context.client, { currency: CURRENCY, limits }, context.patience)
    const sumBefore = sumOf(await readBalances(context, accountIds))
    const begin = performance.now()
    await playRows(context)
    const seconds = (performance.now() - begin) / 1000
    if (twice) await playAgain(context)
    await compareBalances(context, sumBefore)
    return { rows: rows.length, accounts: accountIds.size, seconds, findings: context.findings }
  } finally {
    context.client.close()
    await producer.close()
  }
}
