import type { Clock } from './clock.ts'
import { bidi, unary } from './grpc.ts'
import { listPage } from './listing.ts'
import { checkPullable, pull, takeBatch } from './pull.ts'
import { checkName, checkProject } from './resource-name.ts'
import { invalidArgument } from './service-error.ts'
import type { Store } from './store.ts'
import { PullStream, type StreamingPullCall } from './streaming-pull.ts'
import { checkPushConfig, checkSubscription } from './subscription-config.ts'
import { updateSubscription } from './subscription-update.ts'
import type * as wire from './wire.ts'

type Named = { subscription: string }

/** google.pubsub.v1.Subscriber over the store. */
export function subscriberHandlers(store: Store, clock: Clock) {
  return { ...managing(store), ...consuming(store, clock) }
}

function find(store: Store, name: string) {
  checkName(name, 'subscriptions')
  return store.subscription(name)
}

function managing(store: Store) {
  return {
    CreateSubscription: unary(
      (request: wire.Subscription): wire.Subscription =>
        store.createSubscription(checkSubscription(request)).config,
    ),

    GetSubscription: unary((request: Named): wire.Subscription => find(store, request.subscription).config),

    ListSubscriptions: unary((request: wire.PageRequest & { project: string }) => {
      checkProject(request.project)
      const inProject = [...store.subscriptions.keys()].filter(name => name.startsWith(`${request.project}/`))
      const { names, nextPageToken } = listPage(inProject, request)
      return { subscriptions: names.map(name => store.subscription(name).config), nextPageToken }
    }),

    UpdateSubscription: unary(
      (request: {
        subscription: wire.Subscription | null
        updateMask: wire.FieldMask | null
      }): wire.Subscription => updateSubscription(store, request),
    ),

    ModifyPushConfig: unary((request: Named & { pushConfig: wire.PushConfig | null }): wire.Empty => {
      const subscription = find(store, request.subscription)
      store.updateSubscription(subscription, {
        ...subscription.config,
        pushConfig: checkPushConfig(request.pushConfig),
      })
      return {}
    }),

    DeleteSubscription: unary((request: Named): wire.Empty => {
      checkName(request.subscription, 'subscriptions')
      store.deleteSubscription(request.subscription)
      return {}
    }),
  }
}

function consuming(store: Store, clock: Clock) {
  return {
    Pull: unary(async (request: wire.PullRequest, onCancelled) => {
      const subscription = find(store, request.subscription)
      checkPullable(subscription)
      if (request.maxMessages <= 0)
        throw invalidArgument('The value for max_messages must be greater than 0.')
      const receivedMessages = request.returnImmediately
        ? takeBatch(subscription, request.maxMessages)
        : await pull(subscription, request.maxMessages, clock, onCancelled)
      return { receivedMessages }
    }),

    Acknowledge: unary((request: wire.AcknowledgeRequest): wire.Empty => {
      const { delivery } = find(store, request.subscription)
      if (request.ackIds.length === 0) throw invalidArgument('No ack ids specified.')
      for (const lease of delivery.find(request.ackIds)) delivery.ack(lease)
      return {}
    }),

    ModifyAckDeadline: unary((request: wire.ModifyAckDeadlineRequest): wire.Empty => {
      const { delivery } = find(store, request.subscription)
      if (request.ackIds.length === 0) throw invalidArgument('No ack ids specified.')
      if (request.ackDeadlineSeconds < 0 || request.ackDeadlineSeconds > 600) {
        throw invalidArgument('A modified ack deadline must be between 0 and 600 seconds.')
      }
      const deadlineMs = request.ackDeadlineSeconds * 1_000
      for (const lease of delivery.find(request.ackIds)) delivery.modifyDeadline(lease, deadlineMs)
      return {}
    }),

    StreamingPull: bidi((call: StreamingPullCall, first: wire.StreamingPullRequest) => {
      return new PullStream(call, store, first)
    }),
  }
}
