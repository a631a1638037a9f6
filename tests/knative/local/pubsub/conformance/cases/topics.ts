import assert from 'node:assert/strict'
import { status } from '@grpc/grpc-js'
import { page, type Theme } from '../support/case.ts'
import { Channel } from '../support/channel.ts'
import { expectAllInvalid, expectRefusal } from '../support/refusal.ts'

export const topics: Theme = {
  title: 'Topics',
  cases: [
    {
      behaviour: 'A topic is found as it was created, with its labels',
      source: 'google.pubsub.v1 Publisher.GetTopic',
      async run({ publisher, newName }) {
        const name = newName('topics')
        await publisher.createTopic({ name, labels: { team: 'ledger' } })
        const [topic] = await publisher.getTopic({ topic: name })
        assert.equal(topic.name, name)
        assert.deepEqual({ ...topic.labels }, { team: 'ledger' })
      },
    },
    {
      behaviour: 'Creating a topic that exists is ALREADY_EXISTS',
      source: page('reference/error-codes'),
      async run({ publisher, newName }) {
        const name = newName('topics')
        await publisher.createTopic({ name })
        await expectRefusal(status.ALREADY_EXISTS, publisher.createTopic({ name }))
      },
    },
    {
      behaviour: 'A topic that does not exist is NOT_FOUND to read, to publish to and to delete',
      source: 'google.pubsub.v1 Publisher.Publish, DeleteTopic',
      async run({ publisher, newName }) {
        const topic = newName('topics')
        const messages = [{ data: Buffer.from('1') }]
        await expectRefusal(status.NOT_FOUND, publisher.getTopic({ topic }))
        await expectRefusal(status.NOT_FOUND, publisher.publish({ topic, messages }))
        await expectRefusal(status.NOT_FOUND, publisher.deleteTopic({ topic }))
      },
    },
    {
      behaviour: 'A topic id has 3 to 255 characters, begins with a letter, but not with goog',
      source: 'google.pubsub.v1 Topic.name',
      async run({ publisher, project }) {
        const create = (id: string) => publisher.createTopic({ name: `${project}/topics/${id}` })
        await expectAllInvalid({
          short: create('ab'),
          long: create('a'.repeat(256)),
          digit: create('1-first'),
          goog: create('goog-topic'),
          character: create('bad$character'),
          folder: create('a/topic'),
        })
      },
    },
    {
      behaviour: 'A topic id may have dashes, underscores, dots, tildes, plus and percent signs',
      source: 'google.pubsub.v1 Topic.name',
      async run({ publisher, project }) {
        const names = [`${project}/topics/aB3-_.~+%`, `${project}/topics/${'a'.repeat(255)}`]
        for (const name of names) assert.equal((await publisher.createTopic({ name }))[0].name, name)
      },
    },
    {
      behaviour: 'A retention of a topic under 10 minutes or over 31 days is INVALID_ARGUMENT',
      source: 'google.pubsub.v1 Topic.message_retention_duration',
      async run({ publisher, newName }) {
        const create = (seconds: number) =>
          publisher.createTopic({ name: newName('topics'), messageRetentionDuration: { seconds } })
        await expectAllInvalid({ short: create(599), long: create(31 * 86_400 + 1) })
        await create(600)
      },
    },
    {
      behaviour: 'The subscriptions of a deleted topic stay, and name _deleted-topic_ as their topic',
      source: 'google.pubsub.v1 Publisher.DeleteTopic',
      async run(service) {
        const channel = await Channel.open(service)
        await service.publisher.deleteTopic({ topic: channel.topic })
        const [found] = await service.subscriber.getSubscription({ subscription: channel.subscription })
        assert.equal(found.topic, '_deleted-topic_')
      },
    },
    {
      behaviour: 'A topic created again under the name of a deleted one has none of its subscriptions',
      source: 'google.pubsub.v1 Publisher.DeleteTopic',
      async run(service) {
        const { publisher } = service
        const channel = await Channel.open(service)
        await publisher.deleteTopic({ topic: channel.topic })
        await publisher.createTopic({ name: channel.topic })
        const [names] = await publisher.listTopicSubscriptions({ topic: channel.topic })
        assert.deepEqual(names, [])
        await channel.publish(['1'])
        await channel.receiveNothing()
      },
    },
  ],
}
