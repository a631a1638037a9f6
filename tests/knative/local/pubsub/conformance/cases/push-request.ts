import assert from 'node:assert/strict'
import { page, type Theme } from '../support/case.ts'
import { openPush } from './push.ts'

const PUSH = page('push')
const UNWRAPPING = page('payload-unwrapping')
const ACCOUNT = 'pusher@conformance.iam.gserviceaccount.com'

/** What a bearer token says; its signature is the business of whoever takes it. */
function claims(authorization = ''): Record<string, unknown> {
  const [, payload = ''] = authorization.replace(/^Bearer /, '').split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString() || '{}')
}

export const pushRequest: Theme = {
  title: 'What a push carries',
  cases: [
    {
      behaviour: 'A push is a POST of JSON with data, attributes, id, publish time and subscription',
      source: PUSH,
      async run(service) {
        const { channel, endpoint } = await openPush(service)
        const [id] = await channel.publish(['{"group":7}'], { attributes: { kind: 'ring' } })
        const { method, headers, body, text } = await endpoint.next()
        assert.equal(method, 'POST')
        assert.match(headers['content-type'] ?? '', /^application\/json/)
        assert.equal(text, '{"group":7}')
        assert.deepEqual(body.message.attributes, { kind: 'ring' })
        assert.equal(body.message.messageId, id)
        assert(Math.abs(Date.parse(body.message.publishTime ?? '') - Date.now()) < 60_000)
        assert.equal(body.subscription, channel.subscription)
      },
    },
    {
      behaviour: 'Id and publish time are in a push in snake case too',
      source: PUSH,
      async run(service) {
        const { channel, endpoint } = await openPush(service)
        await channel.publish(['1'])
        const { message } = (await endpoint.next()).body
        assert.equal(message.message_id, message.messageId)
        assert.equal(message.publish_time, message.publishTime)
      },
    },
    {
      behaviour: 'A push carries the ordering key',
      source: 'google.pubsub.v1 PubsubMessage.ordering_key',
      async run(service) {
        const { channel, endpoint } = await openPush(service, { enableMessageOrdering: true })
        await channel.publish(['1'], { key: 'a' })
        assert.equal((await endpoint.next()).body.message.orderingKey, 'a')
      },
    },
    {
      behaviour: 'With an OIDC token a push has a bearer token of the account, for the audience, for an hour',
      source: page('authenticate-push-subscriptions'),
      async run(service) {
        const oidcToken = { serviceAccountEmail: ACCOUNT, audience: 'https://ledger.example' }
        const { channel, endpoint } = await openPush(service, { pushConfig: { oidcToken } })
        await channel.publish(['1'])
        const { aud, email, email_verified, exp, iat } = claims((await endpoint.next()).headers.authorization)
        assert.deepEqual([aud, email, email_verified], ['https://ledger.example', ACCOUNT, true])
        assert.equal(Number(exp) - Number(iat), 3_600)
      },
    },
    {
      behaviour: 'The audience of the token is the endpoint unless set',
      source: 'google.pubsub.v1 PushConfig.OidcToken.audience',
      async run(service) {
        const oidcToken = { serviceAccountEmail: ACCOUNT }
        const { channel, endpoint } = await openPush(service, { pushConfig: { oidcToken } })
        await channel.publish(['1'])
        assert.equal(claims((await endpoint.next()).headers.authorization)['aud'], endpoint.url)
      },
    },
    {
      behaviour: 'Without an OIDC token a push has no Authorization header',
      source: 'google.pubsub.v1 PushConfig.oidc_token',
      async run(service) {
        const { channel, endpoint } = await openPush(service)
        await channel.publish(['1'])
        assert.equal((await endpoint.next()).headers.authorization, undefined)
      },
    },
    {
      behaviour: 'Unwrapped, the body of a push is the data, and nothing tells the rest',
      source: UNWRAPPING,
      async run(service) {
        const pushConfig = { noWrapper: { writeMetadata: false } }
        const { channel, endpoint } = await openPush(service, { pushConfig })
        await channel.publish(['just this'], { attributes: { kind: 'ring' } })
        const { raw, headers } = await endpoint.next()
        assert.equal(raw, 'just this')
        assert.equal(headers['kind'], undefined)
        assert.deepEqual(
          Object.keys(headers).filter(name => name.startsWith('x-goog-pubsub-')),
          [],
        )
      },
    },
    {
      behaviour: 'Unwrapped with metadata, attributes and metadata of the message are headers',
      source: 'google.pubsub.v1 PushConfig.NoWrapper.write_metadata',
      async run(service) {
        const pushConfig = { noWrapper: { writeMetadata: true } }
        const { channel, endpoint } = await openPush(service, { pushConfig })
        const [id] = await channel.publish(['data'], { attributes: { kind: 'ring' } })
        const { raw, headers } = await endpoint.next()
        assert.equal(raw, 'data')
        assert.equal(headers['kind'], 'ring')
        assert.equal(headers['x-goog-pubsub-message-id'], id)
        assert.equal(headers['x-goog-pubsub-subscription-name'], channel.subscription)
        assert(!Number.isNaN(Date.parse(`${headers['x-goog-pubsub-publish-time']}`)))
      },
    },
    {
      behaviour: 'Unwrapped with metadata, the ordering key is a header',
      source: 'google.pubsub.v1 PushConfig.NoWrapper.write_metadata',
      async run(service) {
        const pushConfig = { noWrapper: { writeMetadata: true } }
        const { channel, endpoint } = await openPush(service, { pushConfig, enableMessageOrdering: true })
        await channel.publish(['data'], { key: 'a' })
        assert.equal((await endpoint.next()).headers['x-goog-pubsub-ordering-key'], 'a')
      },
    },
  ],
}
