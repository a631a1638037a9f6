import assert from 'node:assert/strict'
import { page, type Theme } from '../support/case.ts'
import { Channel } from '../support/channel.ts'
import { subscribe } from '../support/client-subscriber.ts'
import { QUIET_MS, quiet } from '../support/quiet.ts'

export const client: Theme = {
  title: "Google's client as a subscriber",
  cases: [
    {
      behaviour: 'A message that it acknowledges does not come again',
      source: page('pull'),
      async run(service) {
        const channel = await Channel.open(service)
        const next = subscribe(service, channel.subscription)
        const [id] = await channel.publish(['1'])
        const message = await next()
        assert.deepEqual([message.id, message.data.toString()], [id, '1'])
        message.ack()
        await channel.publish(['2'])
        assert.equal((await next()).data.toString(), '2')
      },
    },
    {
      behaviour: 'A message that it nacks comes again',
      source: page('pull'),
      async run(service) {
        const channel = await Channel.open(service)
        const next = subscribe(service, channel.subscription)
        await channel.publish(['1'])
        ;(await next()).nack()
        assert.equal((await next()).data.toString(), '1')
      },
    },
    {
      behaviour: 'Its flow control limits what it holds, and an acknowledgement makes room',
      source: page('flow-control-messages'),
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1', '2', '3'])
        const next = subscribe(service, channel.subscription, 2)
        const first = await next()
        await next()
        const third = next()
        const early = await Promise.race([third.then(() => true), quiet(QUIET_MS)])
        assert(!early, 'a third message came while two were held')
        first.ack()
        await third
      },
    },
    {
      behaviour: 'With exactly-once delivery it learns that an acknowledgement succeeded',
      source: page('exactly-once-delivery'),
      async run(service) {
        const channel = await Channel.open(service, { enableExactlyOnceDelivery: true })
        const next = subscribe(service, channel.subscription)
        await channel.publish(['1'])
        assert.equal(await (await next()).ackWithResponse(), 'SUCCESS')
      },
    },
  ],
}
