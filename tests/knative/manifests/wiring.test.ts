import { expect, test } from '@jest/globals'
import { wiringFaults } from '../../../knative/local/check/manifests/wiring-rules.ts'
import { readWiring } from '../../../knative/local/wiring.ts'
import { type Change, changed, functions, names, readObject, toDocuments } from './sample.ts'

const wiring = readWiring()
const services = toDocuments(names.map(name => readObject(`knative/services/${name}.yaml`)))
const faultsOf = (...changes: readonly Change[]) =>
  wiringFaults(changed(wiring, ...changes), services, functions).map(
    ([field, message]) => `${field}: ${message}`,
  )

const BELLS = wiring.subscriptions.findIndex(({ topic }) => topic === 'transactions-pending')
const NAME = 'subscriptions[transactions-pending-to-worker]'

test('the wiring keeps every rule', () => {
  expect(faultsOf()).toEqual([])
})

test.each<readonly [broken: string, change: Change, complaint: string]>([
  [
    'a topic misspelt where it is made',
    ['topics 1', 'transaction-pending'],
    'topics: nothing is sent to transaction-pending; did you mean transactions-pending?',
  ],
  [
    'a topic that the code publishes to, and that is not made',
    ['topics 3', 'transactions-results'],
    'topics: there is no topic transaction-results; did you mean transactions-results?',
  ],
  [
    'a topic misspelt where it is subscribed to',
    [`subscriptions ${BELLS} topic`, 'transaction-pending'],
    `${NAME}.topic: there is no topic transaction-pending; did you mean transactions-pending?`,
  ],
  [
    'a topic for dead letters that is not there',
    [`subscriptions ${BELLS} deadLetter topic`, 'lost-bells'],
    'topics: there is no topic lost-bells',
  ],
  [
    'no dead letters, for which there is a topic',
    [`subscriptions ${BELLS} deadLetter`, undefined],
    'topics: nothing is sent to transactions-pending-dead-letter',
  ],
  [
    'dead letters that nobody hears',
    ['subscriptions', wiring.subscriptions.slice(0, BELLS + 1)],
    'subscriptions: none is of transactions-pending-dead-letter: what is sent there would be lost',
  ],
  [
    'fewer attempts than Pub/Sub takes',
    [`subscriptions ${BELLS} deadLetter maxDeliveryAttempts`, 3],
    `${NAME}.deadLetter.maxDeliveryAttempts: must be at least 5, not 3`,
  ],
  [
    'a deadline out of bounds',
    [`subscriptions ${BELLS} ackDeadlineSeconds`, 5],
    `${NAME}.ackDeadlineSeconds: must be at least 10, not 5`,
  ],
  [
    'a deadline that the function does not live to see',
    [`subscriptions ${BELLS} ackDeadlineSeconds`, 90],
    `${NAME}.ackDeadlineSeconds: must be at most 60, not 90: worker is cut off after 60 s (timeoutSeconds), and that is a nack`,
  ],
  [
    'bells without an order',
    [`subscriptions ${BELLS} ordered`, false],
    `${NAME}.ordered: must be true: what one account sends is applied in its order`,
  ],
  [
    'waits that contradict one another',
    [`subscriptions ${BELLS} retry minimumSeconds`, 90],
    `${NAME}.retry.minimumSeconds: must be at most maximumSeconds: 90 is more than 60`,
  ],
  ['redelivery without a wait', [`subscriptions ${BELLS} retry`, undefined], `${NAME}: retry is missing`],
  [
    'two of one name',
    [`subscriptions ${BELLS} name`, 'transactions-to-ingest'],
    'subscriptions[transactions-to-ingest]: is there more than once',
  ],
  [
    'a schedule that Cloud Scheduler does not know',
    ['schedules 0 everySeconds', 30],
    "schedules[sweep].everySeconds: must be 60, not 30: Cloud Scheduler's shortest interval, and the one that terraform/cloud writes",
  ],
])('the rules find %s', (_broken, change, complaint) => {
  expect(faultsOf(change)).toContain(complaint)
})
