import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { createRemoteJWKSet, exportJWK, generateKeyPair, type JWTPayload, jwtVerify } from 'jose'
import { startPubsub } from '../../../../knative/local/pubsub/index.ts'
import { FakeClock } from './support/fake-clock.ts'
import { afterTest, closeAll, startEndpoint, startFixture, until } from './support/fixture.ts'

afterEach(closeAll)

const EMAIL = 'push@settle.iam.gserviceaccount.com'
const AUDIENCE = 'https://settle.example/worker'

async function tokenFixture(audience?: string) {
  const clock = new FakeClock()
  const fixture = await startFixture({ clock })
  const endpoint = await startEndpoint()
  const [topic] = await fixture.client.createTopic('pending')
  const oidcToken = { serviceAccountEmail: EMAIL, ...(audience === undefined ? {} : { audience }) }
  await topic.createSubscription('worker', { pushConfig: { pushEndpoint: endpoint.url, oidcToken } })
  const { issuer, jwksUrl } = fixture.pubsub
  const keys = createRemoteJWKSet(new URL(jwksUrl))
  const verify = async (token: string, expected: string): Promise<JWTPayload> =>
    (await jwtVerify(token, keys, { issuer, audience: expected, currentDate: new Date(clock.now()) })).payload
  const pushedToken = async () => {
    await fixture.publish('pending', ['1'])
    const push = await endpoint.next()
    push.answer(200)
    // Before the test moves the clock past the ack deadline.
    await until(async () => (await fixture.status('worker')).backlog === 0)
    const [scheme, token = ''] = (push.headers.authorization ?? '').split(' ')
    expect(scheme).toBe('Bearer')
    return token
  }
  return { ...fixture, clock, endpoint, verify, pushedToken }
}

test('a push token verifies against the published keys, with the claims that Google gives', async () => {
  const { verify, pushedToken, clock } = await tokenFixture(AUDIENCE)
  const payload = await verify(await pushedToken(), AUDIENCE)
  expect(payload).toMatchObject({ email: EMAIL, email_verified: true, aud: AUDIENCE })
  expect(payload.sub).toMatch(/^\d{21}$/)
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3_600)
  expect(payload.iat).toBe(Math.floor(clock.now() / 1_000))
})

test('the audience is the endpoint when none is configured', async () => {
  const { verify, pushedToken, endpoint } = await tokenFixture()
  expect((await verify(await pushedToken(), endpoint.url)).aud).toBe(endpoint.url)
})

test('a token is used again and renewed before it expires', async () => {
  const { pushedToken, clock, verify } = await tokenFixture(AUDIENCE)
  const first = await pushedToken()
  clock.advance(54 * 60_000)
  expect(await pushedToken()).toBe(first)
  clock.advance(60_000)
  const renewed = await pushedToken()
  expect(renewed).not.toBe(first)
  await verify(renewed, AUDIENCE)
})

test('the admin server signs a token for a scheduler and refuses a request without email', async () => {
  const { pubsub, verify } = await tokenFixture()
  const post = (body: string) => fetch(`${pubsub.adminUrl}/token`, { method: 'POST', body })
  const response = await post(JSON.stringify({ audience: AUDIENCE, email: EMAIL }))
  const { token } = (await response.json()) as { token: string }
  expect(await verify(token, AUDIENCE)).toMatchObject({ email: EMAIL, email_verified: true })
  for (const body of [
    '',
    'null',
    '{',
    '{"audience":"a"}',
    '{"audience":"a","email":7}',
    '{"audience":"","email":"e"}',
  ]) {
    expect((await post(body)).status).toBe(400)
  }
})

test('the published keys hold nothing private', async () => {
  const { pubsub } = await tokenFixture()
  const { keys } = (await (await fetch(pubsub.jwksUrl)).json()) as { keys: object[] }
  expect(keys.map(key => Object.keys(key).sort())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']])
})

test('a signing key from a file gives the same public key after a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pubsub-key-'))
  afterTest(() => rm(folder, { recursive: true }))
  const file = join(folder, 'key.json')
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  await writeFile(file, JSON.stringify(await exportJWK(privateKey)))
  const published = async () => {
    const pubsub = await startPubsub({
      port: 0,
      adminPort: 0,
      signingKeyFile: file,
      issuer: 'https://issuer.example',
    })
    const text = await (await fetch(pubsub.jwksUrl)).text()
    expect(pubsub.issuer).toBe('https://issuer.example')
    await pubsub.close()
    return text
  }
  expect(await published()).toBe(await published())
  await writeFile(file, '{"kty":"EC"}')
  await expect(published()).rejects.toThrow('is not a private RSA key in JWK form')
})
