import type { PushSubscription, Wiring } from '../../wiring.ts'
import type { Document } from './document.ts'
import type { Complaint } from './fault.ts'
import type { KnownFunction } from './known-functions.ts'
import { didYouMean } from './likely-key.ts'
import { schemaFaults } from './schema-faults.ts'
import type { Service } from './service.ts'

type Functions = ReadonlyMap<string, KnownFunction>

/** What is wrong with knative/wiring.yaml: first by its schema, and when that holds by the rules. `services` are the base. */
export function wiringFaults(
  wiring: Wiring,
  services: readonly Document[],
  functions: Functions,
): Complaint[] {
  const broken = schemaFaults(wiring, 'wiring', 'the wiring')
  if (broken.length > 0) return broken
  return [
    ...topicFaults(wiring, functions),
    ...wiring.subscriptions.flatMap(rule => subscriptionFaults(rule, wiring, services)),
  ]
}

/** Topics are those that the code publishes to, and those that dead letters go to; who sends there must be heard. */
function topicFaults({ topics, subscriptions }: Wiring, functions: Functions): Complaint[] {
  const variables = [...functions.values()].flatMap(one => [...one.variables.values()])
  const ofCode = variables.filter(({ name }) => name.endsWith('_TOPIC')).map(({ fallback }) => fallback ?? '')
  const dead = subscriptions.flatMap(({ deadLetter }) => deadLetter?.topic ?? [])
  const used = [...new Set([...ofCode, ...dead])]
  const heard = subscriptions.map(({ topic }) => topic)
  return [
    ...used.filter(name => !topics.includes(name)).map(name => missing('topics', name, topics)),
    ...topics
      .filter(name => !used.includes(name))
      .map((name): Complaint => ['topics', `nothing is sent to ${name}${didYouMean(name, used)}`]),
    ...dead
      .filter(name => !heard.includes(name))
      .map((name): Complaint => ['subscriptions', `none is of ${name}: what is sent there would be lost`]),
  ]
}

function subscriptionFaults(
  { name, topic, function: target, ordered, ackDeadlineSeconds, retry }: PushSubscription,
  { topics, subscriptions }: Wiring,
  services: readonly Document[],
): Complaint[] {
  const field = `subscriptions[${name}]`
  const faults: Complaint[] = []
  if (subscriptions.filter(rule => rule.name === name).length > 1)
    faults.push([field, 'is there more than once'])
  if (!topics.includes(topic)) faults.push(missing(`${field}.topic`, topic, topics))
  if (retry.minimumSeconds > retry.maximumSeconds) {
    faults.push([
      `${field}.retry.minimumSeconds`,
      `must be at most maximumSeconds: ${retry.minimumSeconds} is more than ${retry.maximumSeconds}`,
    ])
  }
  const isForDeadLetters = subscriptions.some(({ deadLetter }) => deadLetter?.topic === topic)
  if (!ordered && !isForDeadLetters) {
    faults.push([`${field}.ordered`, 'must be true: what one account sends is applied in its order'])
  }
  const service = services.find(({ object }) => object.metadata.name === target)?.object as
    | Service
    | undefined
  const seconds = service?.spec.template.spec.timeoutSeconds ?? Number.POSITIVE_INFINITY
  if (ackDeadlineSeconds > seconds) {
    const why = `${target} is cut off after ${seconds} s (timeoutSeconds), and that is a nack`
    faults.push([
      `${field}.ackDeadlineSeconds`,
      `must be at most ${seconds}, not ${ackDeadlineSeconds}: ${why}`,
    ])
  }
  return faults
}

function missing(field: string, name: string, topics: readonly string[]): Complaint {
  return [field, `there is no topic ${name}${didYouMean(name, topics)}`]
}
