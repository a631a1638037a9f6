import { randomUUID } from 'node:crypto'
import { acknowledge, modifyDeadlines, throwRefusals } from './acknowledge.ts'
import { bidi, unary } from './grpc.ts'
import { listPage } from './listing.ts'
import { pull, takeBatch } from './pull.ts'
import { checkName, checkProject } from './resource-name.ts'
import { invalidArgument, unavailable, unimplemented } from './service-error.ts'
import type { Store } from './store.ts'
import { PullStream, type StreamingPullCall } from './streaming-pull.ts'
import type { Subscription } from './subscription.ts'
import { checkModifiedDeadline, checkSubscription } from './subscription-config.ts'
import { changeSubscription, updateSubscription } from './subscription-update.ts'
import type * as wire from './wire.ts'

type Named = { subscription: string }

/** google.pubsub.v1.Subscriber over the store. */
export function subscriberHandlers(store: Store) {
  return { ...managing(store), ...pulling(store), ...settling(store) }
}

function find(store: Store, name: string): Subscription {
  checkName(name, 'subscriptions')
  return store.subscription(name)
}

function managing(store: Store) {
  return {
    CreateSubscription: unary((request: wire.Subscription): wire.Subscription => {
      const name = request.name || nameBeside(request.topic)
      return store.createSubscription(checkSubscription({ ...request, name, detached: false })).describe()
    }),

    GetSubscription: unary(
      (request: Named): wire.Subscription => find(store, request.subscription).describe(),
    ),

    ListSubscriptions: unary((request: wire.PageRequest & { project: string }) => {
      checkProject(request.project)
      const inProject = [...store.subscriptions.keys()].filter(name => name.startsWith(`${request.project}/`))
      const { names, nextPageToken } = listPage(inProject, request)
      return { subscriptions: names.map(name => store.subscription(name).describe()), nextPageToken }
    }),

    UpdateSubscription: unary(
      (request: {
        subscription: wire.Subscription | null
        updateMask: wire.FieldMask | null
      }): wire.Subscription => updateSubscription(store, request),
    ),

    ModifyPushConfig: unary((request: Named & { pushConfig: wire.PushConfig | null }): wire.Empty => {
      const subscription = find(store, request.subscription)
      changeSubscription(store, subscription, { ...subscription.config, pushConfig: request.pushConfig })
      return {}
    }),

    Seek: unary((request: wire.SeekRequest): wire.Empty => {
      const subscription = find(store, request.subscription)
      subscription.checkAttached()
      if (request.snapshot) throw unimplemented('snapshots')
      if (!request.time) throw invalidArgument('The seek request has neither a time nor a snapshot.')
      subscription.seek(request.time.seconds * 1_000 + request.time.nanos / 1e6)
      return {}
    }),

    DeleteSubscription: unary((request: Named): wire.Empty => {
      checkName(request.subscription, 'subscriptions')
      store.deleteSubscription(request.subscription)
      return {}
    }),
  }
}

function pulling(store: Store) {
  return {
    Pull: unary(async (request: wire.PullRequest, onCancelled) => {
      const subscription = find(store, request.subscription)
      subscription.checkPullable()
      if (request.maxMessages <= 0) {
        throw invalidArgument('You have passed an invalid argument to the service (argument=max_messages).')
      }
      const receivedMessages = request.returnImmediately
        ? takeBatch(subscription, request.maxMessages)
        : await pull(subscription, request.maxMessages, store.clock, onCancelled)
      cutIfOrdered(store, subscription)
      return { receivedMessages }
    }),

    StreamingPull: bidi((call: StreamingPullCall, first: wire.StreamingPullRequest) => {
      return new PullStream(call, find(store, first.subscription), store.faults, first)
    }),
  }
}

function settling(store: Store) {
  return {
    Acknowledge: unary((request: wire.AcknowledgeRequest): wire.Empty => {
      const subscription = find(store, request.subscription)
      checkAckIds(request.ackIds)
      const refusals = acknowledge(subscription, request.ackIds)
      cutIfOrdered(store, subscription)
      throwRefusals(refusals)
      return {}
    }),

    ModifyAckDeadline: unary((request: wire.ModifyAckDeadlineRequest): wire.Empty => {
      const subscription = find(store, request.subscription)
      checkAckIds(request.ackIds)
      const deadlineSeconds = checkModifiedDeadline(request.ackDeadlineSeconds)
      const refusals = modifyDeadlines(
        subscription,
        request.ackIds.map(ackId => [ackId, deadlineSeconds]),
      )
      cutIfOrdered(store, subscription)
      throwRefusals(refusals)
      return {}
    }),
  }
}

function checkAckIds(ackIds: readonly string[]): void {
  if (ackIds.length === 0) throw invalidArgument('You have not specified an ack ID in the request.')
}

/** The work is done; the answer is lost. */
function cutIfOrdered(store: Store, { config }: Subscription): void {
  if (store.faults.cuts(config.name)) throw unavailable()
}

/** The service names a subscription that comes without a name, in the project of its topic. */
function nameBeside(topic: string): string {
  return `${topic.split('/topics/')[0]}/subscriptions/subscription-${randomUUID()}`
}
