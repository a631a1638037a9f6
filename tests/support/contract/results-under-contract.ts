import { Topic } from '@google-cloud/pubsub'
import { resultsText } from '../results-text.ts'
import { findFaults } from './description.ts'
import { parseExactly } from './exact-json.ts'
import { reportDeviations } from './under-contract.ts'

type Message = Parameters<Topic['publishMessage']>[0]

type Event = {
  readonly id: string
  readonly partitionkey: string
  readonly data?: { readonly type?: unknown }
}

const SCHEMA = { $ref: '#/components/schemas/TransactionResults' }

/** What tests poison a group with, put into the database by hand: no caller can send it, and it is told as it is. */
const POISON_TYPE = 'gift'

/** How a message on `transaction-results` differs from what consumers are promised; none means that it does not. */
function findResultFaults(message: Message): string[] {
  const { orderingKey, attributes } = message
  const type = attributes?.['content-type']
  const wrongType =
    type === 'application/cloudevents-batch+json; charset=utf-8' ? [] : [`content-type is ${type}`]
  const batch = parseExactly(resultsText(message)) as Event[]
  const poison = batch.filter(event => event.data?.type === POISON_TYPE)
  const faults = poison.length > 0 ? [] : findFaults(SCHEMA, batch)
  if (faults.length > 0) return [...wrongType, ...faults].map(fault => `transaction-results ${fault}`)
  const strangers = batch.filter(({ partitionkey }) => partitionkey !== orderingKey)
  const doubles = batch.length - new Set(batch.map(({ id }) => id)).size
  return [
    ...wrongType,
    ...strangers.map(({ id, partitionkey }) => `${id} of group ${partitionkey} is under key ${orderingKey}`),
    ...(doubles > 0 ? [`${doubles} events have the id of another`] : []),
  ].map(fault => `transaction-results ${fault}`)
}

/*
 * Every message that this process publishes on `transaction-results` is held against docs/openapi.yaml, whoever publishes
 * it, and whether or not the test reads it.
 */
const { publishMessage } = Topic.prototype
Topic.prototype.publishMessage = function (this: Topic, ...message: Parameters<typeof publishMessage>) {
  if (this.name.endsWith('/transaction-results')) reportDeviations(findResultFaults(message[0]))
  return publishMessage.apply(this, message)
} as typeof publishMessage
