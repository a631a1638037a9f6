import assert from 'node:assert/strict'
import { status } from '@grpc/grpc-js'
import type { Theme } from '../support/case.ts'
import { Channel } from '../support/channel.ts'
import { expectAllInvalid, expectRefusal } from '../support/refusal.ts'

// One page a call, rather than all of them in turn.
const ONE_PAGE = { autoPaginate: false }

export const lists: Theme = {
  title: 'Lists',
  cases: [
    {
      behaviour: 'The topics of a project come page by page, each once, and of no other project',
      source: 'google.pubsub.v1 Publisher.ListTopics',
      async run({ publisher, project, newName }) {
        const created = [newName('topics'), newName('topics'), newName('topics')]
        for (const name of created) await publisher.createTopic({ name })
        const [first, , response] = await publisher.listTopics({ project, pageSize: 2 }, ONE_PAGE)
        assert.equal(first.length, 2)
        const pageToken = response.nextPageToken ?? ''
        assert.notEqual(pageToken, '')
        const [second, , last] = await publisher.listTopics({ project, pageSize: 2, pageToken }, ONE_PAGE)
        assert.deepEqual([...first, ...second].map(({ name }) => name).sort(), created)
        assert.equal(last.nextPageToken ?? '', '')
      },
    },
    {
      behaviour: 'The subscriptions of a project come page by page, each once',
      source: 'google.pubsub.v1 Subscriber.ListSubscriptions',
      async run(service) {
        const { subscriber, project } = service
        const { topic, subscription } = await Channel.open(service)
        const second = await Channel.attach(service, topic)
        const [one, , response] = await subscriber.listSubscriptions({ project, pageSize: 1 }, ONE_PAGE)
        const pageToken = response.nextPageToken ?? ''
        const [two] = await subscriber.listSubscriptions({ project, pageSize: 1, pageToken }, ONE_PAGE)
        const names = [...one, ...two].map(({ name }) => name)
        assert.deepEqual(names.sort(), [subscription, second.subscription].sort())
      },
    },
    {
      behaviour: 'A topic lists the full names of its subscriptions',
      source: 'google.pubsub.v1 Publisher.ListTopicSubscriptions',
      async run(service) {
        const { topic, subscription } = await Channel.open(service)
        const second = await Channel.attach(service, topic)
        await Channel.open(service)
        const [names] = await service.publisher.listTopicSubscriptions({ topic })
        assert.deepEqual(names.sort(), [subscription, second.subscription].sort())
      },
    },
    {
      behaviour: 'Listing the subscriptions of a topic that does not exist is NOT_FOUND',
      source: 'google.pubsub.v1 Publisher.ListTopicSubscriptions',
      async run({ publisher, newName }) {
        const topic = newName('topics')
        await expectRefusal(status.NOT_FOUND, publisher.listTopicSubscriptions({ topic }))
      },
    },
    {
      behaviour: 'A negative page size and a page token that is none are INVALID_ARGUMENT',
      source: 'google.aip.dev/158',
      async run({ publisher, project }) {
        await expectAllInvalid({
          size: publisher.listTopics({ project, pageSize: -1 }, ONE_PAGE),
          token: publisher.listTopics({ project, pageToken: 'no such token' }, ONE_PAGE),
        })
      },
    },
  ],
}
