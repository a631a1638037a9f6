import type { ToldTransaction } from './told-transaction.ts'

/** Names the schema of results; one that consumers of the old could not read has another name. */
export const RESULTS_SCHEMA = 'urn:settle:schema:transaction-results:1'

/** What consumers know a result by: two with the same `source` and `id` are one, told twice. */
const SOURCE = '/settle/transactions'

/**
 * A result as a CloudEvent 1.0, in JSON: that a transaction is HELD, or final. A transaction has each status at most once, so
 * the two name the event, and telling it again gives the same. No id has a slash.
 */
export function resultEvent(told: ToldTransaction): string {
  const { transactionId, status, orderingGroup, time, traceparent, json } = told
  const attributes = JSON.stringify({
    specversion: '1.0',
    id: `${transactionId}/${status}`,
    source: SOURCE,
    type: `settle.transaction.${status.toLowerCase()}`,
    subject: transactionId,
    time,
    datacontenttype: 'application/json',
    dataschema: RESULTS_SCHEMA,
    partitionkey: String(orderingGroup),
    // CloudEvents' extension for distributed tracing: who hears it can go on with the trace.
    ...(traceparent !== null && { traceparent }),
  })
  return `${attributes.slice(0, -1)},"data":${json}}`
}
