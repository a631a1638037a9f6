import { beforeAll, beforeEach, expect, test } from '@jest/globals'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import nock from 'nock'
import { createVerifyToken, type VerifyToken } from '../../../lib/auth/verify-token.ts'

const KEYS = 'https://identity.example.com'
const begin = Date.parse('2026-11-21T12:00:00Z')

let clock: number
let verify: VerifyToken
let sign: (lifeSeconds: number) => Promise<string>

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }
  nock(KEYS)
    .persist()
    .get('/keys')
    .reply(200, { keys: [jwk] })
  sign = lifeSeconds =>
    new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setIssuer('issuer')
      .setAudience('settle')
      .setSubject('ana')
      .setExpirationTime(begin / 1000 + lifeSeconds)
      .sign(privateKey)
})
beforeEach(() => {
  clock = begin
  verify = createVerifyToken({
    issuer: 'issuer',
    jwksUrl: `${KEYS}/keys`,
    audience: 'settle',
    algorithms: ['ES256'],
    requiredClaims: ['exp'],
    now: () => new Date(clock),
  })
})

const subjectOf = async (token: string) => {
  const verified = await verify({ headers: { authorization: `Bearer ${token}` } })
  return 'payload' in verified ? verified.payload.sub : verified.refusal.status
}

test('takes a token again and again, until it expires and not a moment longer than clocks may differ', async () => {
  const token = await sign(30)
  for (const seconds of [0, 10, 29]) {
    clock = begin + seconds * 1000
    expect(await subjectOf(token)).toBe('ana')
  }
  clock = begin + 36_000
  expect(await subjectOf(token)).toBe(401)
})

test('takes nothing that only resembles a token it remembers', async () => {
  const token = await sign(600)
  expect(await subjectOf(token)).toBe('ana')
  const [header = '', payload = '', signature = ''] = token.split('.')
  const flipped = signature.replace(/^./, first => (first === 'A' ? 'B' : 'A'))
  for (const other of [
    `${header}.${payload}.${flipped}`,
    `${header}.${payload}.`,
    `${token}x`,
    token.slice(1),
  ]) {
    expect(await subjectOf(other)).toBe(401)
  }
})

test('remembers no refusal: a token that is not good yet will be', async () => {
  const token = await sign(600)
  clock = begin + 700_000
  expect(await subjectOf(token)).toBe(401)
  clock = begin
  expect(await subjectOf(token)).toBe('ana')
})

test('tells more tokens apart than it remembers', async () => {
  const tokens = await Promise.all(Array.from({ length: 1100 }, (_, index) => sign(600 + index)))
  for (const token of [...tokens, ...tokens.slice(0, 5)]) expect(await subjectOf(token)).toBe('ana')
})
