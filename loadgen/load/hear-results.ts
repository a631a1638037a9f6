import { gunzipSync } from 'node:zlib'
import { type Message, PubSub } from '@google-cloud/pubsub'
import { ExpectedError } from '../command/expected-error.ts'
import type { PubsubPlace } from '../service/producer.ts'
import type { Decision, Journal } from './journal.ts'
import type { Measures } from './measures.ts'
import type { Transfers } from './transfers.ts'

type ResultEvent = { readonly data: Result }

/** What a consumer is told of a transaction. */
export type Result = {
  readonly transactionId: string
  readonly status: string
  readonly acceptedAt: string
  readonly finishedAt?: string
  readonly sourceVersion?: number
}

export type Hearing = {
  readonly journal: Journal
  readonly transfers: Transfers
  readonly measures: Measures
  /** Told of each result, also of one that is told again. */
  readonly onResult?: (index: number, result: Result) => void
}

/** Messages that are handed over before one of them is acknowledged. */
const MOST_AT_ONCE = 1000

/** Consumes `transaction-results`, as any consumer may: notes each transfer that is decided, when it is first told. */
export async function hearResults(
  { host, projectId }: PubsubPlace,
  runId: string,
  hearing: Hearing,
): Promise<{ close(): Promise<void> }> {
  process.env['METADATA_SERVER_DETECTION'] ??= 'none'
  const client = new PubSub({ projectId, apiEndpoint: host, emulatorMode: true })
  const [subscription] = await client
    .topic('transaction-results')
    .createSubscription(`load-${runId}`, {
      enableMessageOrdering: true,
      flowControl: { maxMessages: MOST_AT_ONCE },
    })
    .catch(async error => {
      await client.close()
      throw new ExpectedError(`cannot subscribe to transaction-results on ${host}: ${error.message}`, error)
    })
  subscription.on('message', (message: Message) => {
    noteResults(textOf(message), hearing)
    message.ack()
  })
  // Its stream is opened again by the client; what was not acknowledged comes again.
  subscription.on('error', () => undefined)
  return {
    close: async () => {
      await subscription.delete().catch(() => undefined)
      await subscription.close()
      await client.close()
    },
  }
}

/** A large message is compressed, and says so. */
function textOf({ data, attributes }: Message): string {
  return (attributes['content-encoding'] === 'gzip' ? gunzipSync(data) : data).toString()
}

/** Notes the results of a message; those of other runs are nothing to us, and a result may be told twice. */
function noteResults(text: string, { journal, transfers, measures, onResult }: Hearing): void {
  const nowMs = performance.now()
  let applied = 0
  for (const { data } of JSON.parse(text) as ResultEvent[]) {
    const index = transfers.numberOf(data.transactionId)
    if (index === undefined || data.finishedAt === undefined) continue
    onResult?.(index, data)
    if (!journal.decide(index, data.status as Decision)) continue
    applied += 1
    const intendedMs = journal.intendedMsOf(index)
    measures.latency('told', intendedMs, nowMs - intendedMs)
    measures.latency('decided', intendedMs, Date.parse(data.finishedAt) - Date.parse(data.acceptedAt))
  }
  measures.apply(measures.secondsAt(nowMs), applied)
}
