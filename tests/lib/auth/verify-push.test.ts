import { afterEach, beforeAll, expect, test } from '@jest/globals'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import nock from 'nock'
import { createVerifyPush, type VerifyPush } from '../../../lib/auth/verify-push.ts'
import type { HttpRequest } from '../../../lib/http/message.ts'
import { TransientError } from '../../../lib/retry/retry-transient.ts'

const KEYS = 'https://keys.example.com'
const auth = {
  pushIssuer: 'https://accounts.google.com',
  pushJwksUrl: `${KEYS}/certs`,
  pushAudience: 'settle-worker',
  pushServiceAccount: 'push@example.com',
}
const claims = { email: auth.pushServiceAccount, email_verified: true }

const now = () => new Date()

let verify: VerifyPush
let sign: (
  payload: JWTPayload,
  over?: { issuer?: string; audience?: string; expires?: string },
) => Promise<string>
let signWithOtherKey: typeof sign

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const other = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256' }
  nock(KEYS)
    .persist()
    .get('/certs')
    .reply(200, { keys: [jwk] })
  const signer =
    (key: typeof privateKey) =>
    (payload: JWTPayload, over: Parameters<typeof sign>[1] = {}) =>
      new SignJWT(payload)
        .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
        .setIssuer(over.issuer ?? auth.pushIssuer)
        .setAudience(over.audience ?? auth.pushAudience)
        .setExpirationTime(over.expires ?? '1h')
        .sign(key)
  sign = signer(privateKey)
  signWithOtherKey = signer(other.privateKey)
  verify = createVerifyPush(auth, now)
})
afterEach(() => expect(nock.activeMocks().length).toBeGreaterThan(0))

async function statusFor(token: string): Promise<number | undefined> {
  const request = { headers: { authorization: `Bearer ${token}` } } as HttpRequest
  return (await verify(request))?.status
}

test('lets the push service account in', async () => {
  expect(await statusFor(await sign(claims))).toBeUndefined()
})

test.each<[string, () => Promise<string> | string, number]>([
  ['another key', () => signWithOtherKey(claims), 401],
  ['another issuer', () => sign(claims, { issuer: 'https://evil.example.com' }), 401],
  ['another audience', () => sign(claims, { audience: 'settle-ingest' }), 401],
  ['an expiry that is past', () => sign(claims, { expires: '-1h' }), 401],
  [
    'alg none',
    () => new UnsecuredJWT(claims).setIssuer(auth.pushIssuer).setAudience(auth.pushAudience).encode(),
    401,
  ],
  ['no e-mail', () => sign({ email_verified: true }), 403],
  ["somebody else's e-mail", () => sign({ ...claims, email: 'eve@example.com' }), 403],
  ['an e-mail that is not verified', () => sign({ ...claims, email_verified: false }), 403],
  ['an e-mail that says it is verified in a text', () => sign({ ...claims, email_verified: 'true' }), 403],
])('refuses a token with %s', async (_name, token, status) => {
  expect(await statusFor(await token())).toBe(status)
})

test('asks for the push to come again when the keys cannot be had', async () => {
  nock('https://away.example.com').get('/certs').replyWithError('connection refused')
  const away = createVerifyPush({ ...auth, pushJwksUrl: 'https://away.example.com/certs' }, now)
  const request = { headers: { authorization: `Bearer ${await sign(claims)}` } } as HttpRequest
  await expect(away(request)).rejects.toThrow(TransientError)
})
