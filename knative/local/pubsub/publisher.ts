import { unary } from './grpc.ts'
import { listPage } from './listing.ts'
import { checkPublish } from './publish-limits.ts'
import { checkName, checkProject } from './resource-name.ts'
import { unavailable } from './service-error.ts'
import type { Store } from './store.ts'
import { checkTopic, updateTopic } from './topic-config.ts'
import type { Empty, FieldMask, PageRequest, PublishRequest, Topic } from './wire.ts'

/** google.pubsub.v1.Publisher over the store. */
export function publisherHandlers(store: Store) {
  return { ...managing(store), ...listing(store) }
}

function find(store: Store, name: string) {
  checkName(name, 'topics')
  return store.topic(name)
}

function managing(store: Store) {
  return {
    CreateTopic: unary((topic: Topic): Topic => store.createTopic(checkTopic(topic)).config),

    GetTopic: unary((request: { topic: string }): Topic => find(store, request.topic).config),

    UpdateTopic: unary(
      (request: { topic: Topic | null; updateMask: FieldMask | null }): Topic => updateTopic(store, request),
    ),

    DeleteTopic: unary((request: { topic: string }): Empty => {
      checkName(request.topic, 'topics')
      store.deleteTopic(request.topic)
      return {}
    }),

    DetachSubscription: unary((request: { subscription: string }): Empty => {
      checkName(request.subscription, 'subscriptions')
      store.detachSubscription(request.subscription)
      return {}
    }),

    Publish: unary((request: PublishRequest) => {
      const topic = find(store, request.topic)
      checkPublish(request.messages)
      const messageIds = store.publish(topic, request.messages)
      if (store.faults.cuts(request.topic)) throw unavailable()
      return { messageIds }
    }),
  }
}

function listing(store: Store) {
  return {
    ListTopics: unary((request: PageRequest & { project: string }) => {
      checkProject(request.project)
      const inProject = [...store.topics.keys()].filter(name => name.startsWith(`${request.project}/`))
      const { names, nextPageToken } = listPage(inProject, request)
      return { topics: names.map(name => store.topic(name).config), nextPageToken }
    }),

    ListTopicSubscriptions: unary((request: PageRequest & { topic: string }) => {
      const { subscriptions } = find(store, request.topic)
      const { names, nextPageToken } = listPage(
        [...subscriptions].map(({ config }) => config.name),
        request,
      )
      return { subscriptions: names, nextPageToken }
    }),
  }
}
