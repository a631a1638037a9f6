import assert from 'node:assert/strict'
import { page, type Theme } from '../support/case.ts'
import type { Settings } from '../support/channel.ts'
import { Channel } from '../support/channel.ts'
import type { Endpoint, Push } from '../support/endpoint.ts'
import type { Service } from '../support/service.ts'

const PUSH = page('push')

/** A subscription that pushes to an endpoint of the case's own. */
export async function openPush(service: Service, settings: Settings = {}) {
  const endpoint = service.newEndpoint()
  const pushConfig = { ...settings.pushConfig, pushEndpoint: endpoint.url }
  const channel = await Channel.open(service, { ...settings, pushConfig })
  return { channel, endpoint }
}

/** Throws unless a push answered like this comes again. */
async function expectAgain({ channel, endpoint }: Opened, answer: (push: Push) => void): Promise<void> {
  await channel.publish(['again'])
  answer(await endpoint.next())
  const again = await endpoint.next()
  assert.equal(again.text, 'again')
  again.answer(200)
}

type Opened = { channel: Channel; endpoint: Endpoint }

export const push: Theme = {
  title: 'Push',
  cases: [
    {
      behaviour: 'Status 200, 201 or 204 acknowledges a push',
      source: PUSH,
      async run(service) {
        const { channel, endpoint } = await openPush(service)
        for (const code of [200, 201, 204]) {
          await channel.publish([`${code}`])
          const arrived = await endpoint.next()
          assert.equal(arrived.text, `${code}`)
          arrived.answer(code)
        }
        await endpoint.takeNothing(2_000)
      },
    },
    {
      behaviour: 'Status 202 acknowledges a push',
      source: PUSH,
      async run(service) {
        const { channel, endpoint } = await openPush(service)
        await channel.publish(['1'])
        ;(await endpoint.next()).answer(202)
        await endpoint.takeNothing(2_000)
      },
    },
    {
      behaviour: 'Status 102 acknowledges a push, whatever comes after it',
      source: PUSH,
      async run(service) {
        const { channel, endpoint } = await openPush(service)
        await channel.publish(['1'])
        const first = await endpoint.next()
        first.response.writeProcessing()
        await endpoint.takeNothing(500)
        first.answer(500)
        await endpoint.takeNothing(2_000)
      },
    },
    {
      behaviour: 'Status 302, 400, 404, 429, 500 or 503 is a nack',
      source: PUSH,
      async run(service) {
        const opened = await openPush(service)
        for (const code of [302, 400, 404, 429, 500, 503]) {
          const headers = code === 302 ? { location: `${opened.endpoint.url}-elsewhere` } : {}
          await expectAgain(opened, answered => answered.answer(code, headers))
        }
      },
    },
    {
      behaviour: 'Status 203 is a nack, as it is not among those that acknowledge',
      source: PUSH,
      async run(service) {
        await expectAgain(await openPush(service), answered => answered.answer(203))
      },
    },
    {
      behaviour: 'A connection that breaks is a nack',
      source: PUSH,
      async run(service) {
        await expectAgain(await openPush(service), ({ response }) => response.socket?.resetAndDestroy())
      },
    },
    {
      behaviour: 'A push that is not answered does not hold up the next',
      source: PUSH,
      async run(service) {
        const { channel, endpoint } = await openPush(service)
        await channel.publish(['1', '2'])
        const both = await endpoint.take(2)
        assert.deepEqual(both.map(({ text }) => text).sort(), ['1', '2'])
      },
    },
    {
      behaviour: 'One message of an ordering key is pushed at a time, in publish order',
      source: page('ordering'),
      async run(service) {
        const { channel, endpoint } = await openPush(service, { enableMessageOrdering: true })
        await channel.publish(['1', '2'], { key: 'a' })
        const first = await endpoint.next()
        assert.equal(first.text, '1')
        await endpoint.takeNothing()
        first.answer(200)
        assert.equal((await endpoint.next()).text, '2')
      },
    },
    {
      behaviour: 'A nacked push of an ordering key comes again before the next of the key',
      source: page('ordering'),
      async run(service) {
        const { channel, endpoint } = await openPush(service, { enableMessageOrdering: true })
        await channel.publish(['1', '2'], { key: 'a' })
        const order: string[] = []
        for (const code of [500, 500, 200, 200]) {
          const next = await endpoint.next()
          order.push(next.text)
          next.answer(code)
        }
        assert.deepEqual(order, ['1', '1', '1', '2'])
      },
    },
    {
      behaviour: 'An outstanding push of one key does not hold up another key',
      source: page('ordering'),
      async run(service) {
        const { channel, endpoint } = await openPush(service, { enableMessageOrdering: true })
        await channel.publish(['a1', 'a2'], { key: 'a' })
        await channel.publish(['b1'], { key: 'b' })
        const both = await endpoint.take(2)
        assert.deepEqual(both.map(({ text }) => text).sort(), ['a1', 'b1'])
      },
    },
  ],
}
