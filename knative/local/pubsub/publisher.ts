import { unary } from './grpc.ts'
import { listPage } from './listing.ts'
import { checkPublish } from './publish-limits.ts'
import { checkName, checkProject } from './resource-name.ts'
import { unimplemented } from './service-error.ts'
import type { Store } from './store.ts'
import type { Empty, PageRequest, PublishRequest, Topic } from './wire.ts'

/** google.pubsub.v1.Publisher over the store. */
export function publisherHandlers(store: Store) {
  const topicNamed = (name: string) => {
    checkName(name, 'topics')
    return store.topic(name)
  }
  return {
    CreateTopic: unary((topic: Topic): Topic => store.createTopic(checkTopic(topic)).config),

    GetTopic: unary((request: { topic: string }): Topic => topicNamed(request.topic).config),

    ListTopics: unary((request: PageRequest & { project: string }) => {
      checkProject(request.project)
      const inProject = [...store.topics.keys()].filter(name => name.startsWith(`${request.project}/`))
      const { names, nextPageToken } = listPage(inProject, request)
      return { topics: names.map(name => store.topic(name).config), nextPageToken }
    }),

    ListTopicSubscriptions: unary((request: PageRequest & { topic: string }) => {
      const { subscriptions } = topicNamed(request.topic)
      const { names, nextPageToken } = listPage(
        [...subscriptions].map(({ config }) => config.name),
        request,
      )
      return { subscriptions: names, nextPageToken }
    }),

    DeleteTopic: unary((request: { topic: string }): Empty => {
      checkName(request.topic, 'topics')
      store.deleteTopic(request.topic)
      return {}
    }),

    Publish: unary((request: PublishRequest) => {
      const topic = topicNamed(request.topic)
      checkPublish(request.messages)
      return { messageIds: store.publish(topic, request.messages) }
    }),
  }
}

function checkTopic(topic: Topic): Topic {
  checkName(topic.name, 'topics')
  if (topic.schemaSettings) throw unimplemented('schema_settings')
  if (topic.ingestionDataSourceSettings) throw unimplemented('ingestion_data_source_settings')
  if (topic.messageTransforms.length > 0) throw unimplemented('message_transforms')
  return topic
}
