import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { SCOPES } from '../../lib/auth/caller.ts'
import { type FoundOperation, operations } from '../support/contract/description.ts'
import { describedRequest } from '../support/described-request.ts'
import {
  callerClaims,
  signAsIssuer,
  signWithOtherKey,
  signWithPublicKey,
  withoutSignature,
} from '../support/forge-token.ts'
import { rowCounter } from '../support/fuzz/count-rows.ts'
import { type Answer, closePipelines, type Pipeline, send, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'

/** What the description says of an operation's security: who is to be let in. */
type Secured = FoundOperation['operation'] & {
  readonly security?: readonly Readonly<Record<'callerToken' | 'pushToken', readonly string[] | undefined>>[]
}

let pipeline: Pipeline
let countRows: () => Promise<string>
beforeAll(async () => {
  // Deaf, so that rows come and go by these requests alone; and all is logged that ever is.
  pipeline = await startPipeline({ deaf: true, logLevel: 'debug' })
  countRows = await rowCounter(pipeline.db)
})
afterAll(closePipelines)

const past = Math.floor(Date.now() / 1000) - 60
const forged: Record<string, () => Promise<string> | string> = {
  'a token signed with another key': () => signWithOtherKey(callerClaims()),
  'a token of another issuer': () => byIssuer({ iss: 'https://elsewhere.example.com' }),
  'a token for another audience': () => byIssuer({ aud: 'elsewhere' }),
  'a token that has expired': () => byIssuer({ exp: past }),
  'a token that is not good yet': () => byIssuer({ nbf: past + 600 }),
  'a token without an expiry': () => {
    const { exp: _never, ...claims } = callerClaims()
    return signAsIssuer(pipeline.keyFolder, 'caller-key.json', claims)
  },
  'a token with alg none': () => withoutSignature(callerClaims()),
  'a token signed with the public key as a secret': () =>
    signWithPublicKey(pipeline.keyFolder, callerClaims()),
  'a token of Pub/Sub': () => pipeline.token('settle-ingest'),
  'a token that is none': () => 'a.b.c',
}

const byIssuer = (over: Parameters<typeof callerClaims>[0]) =>
  signAsIssuer(pipeline.keyFolder, 'caller-key.json', callerClaims(over))

const presented: string[] = []

/** With it a stream, which would not end, is refused for another reason; nothing else looks at it. */
const NO_STREAM = { 'last-event-id': 'none' }

async function ask(found: FoundOperation, authorization: string): Promise<Answer[]> {
  const { method, path, body } = describedRequest(found)
  presented.push(...authorization.split(' ').filter(part => part.length > 20))
  return await Promise.all(
    found.operation['x-functions'].map(name =>
      send(method, `${pipeline.urls.get(name)}${path}`, body, { authorization, ...NO_STREAM }),
    ),
  )
}

const named = operations.map(found => ({ ...found, name: `${found.method} ${found.path}` }))
const securityOf = ({ operation }: FoundOperation) => (operation as Secured).security?.[0]
const forCallers = named.filter(found => securityOf(found)?.callerToken !== undefined)
const forPushes = named.filter(found => securityOf(found)?.pushToken !== undefined)
const guarded = [...forCallers, ...forPushes]

test('says of every operation whether it needs a token, and of which scope', () => {
  const open = named.filter(found => !guarded.includes(found))
  expect(open.map(({ path }) => path.split('/')[1])).toEqual(
    open.map(() => expect.stringMatching(/^(|console|openapi\.json|docs|healthz|schemas)$/)),
  )
  for (const found of forCallers) expect(SCOPES).toEqual(expect.arrayContaining([scopeOf(found)]))
})

const scopeOf = (found: FoundOperation) => securityOf(found)?.callerToken?.[0] ?? ''

test.each(guarded)('$name asks who is there, and stores nothing of a stranger', async found => {
  const before = await countRows()
  for (const header of ['', 'Bearer', 'Bearer ', 'Basic ZXZlOmV2ZQ==', 'Bearer a b']) {
    for (const { status, body, headers } of await ask(found, header)) {
      expect([header, status, body['code']]).toEqual([header, 401, 'unauthenticated'])
      expect(headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
  }
  expect(await countRows()).toBe(before)
})

test.each(Object.keys(forged))('%s opens no door', async name => {
  const before = await countRows()
  const token = await forged[name]?.()
  for (const found of forCallers) {
    for (const { status, body } of await ask(found, `Bearer ${token}`)) {
      expect([found.name, status, body['code']]).toEqual([found.name, 401, 'unauthenticated'])
    }
  }
  expect(await countRows()).toBe(before)
})

test.each(forCallers)('$name asks for its scope, which the others do not stand for', async found => {
  const before = await countRows()
  const scope = SCOPES.filter(other => other !== scopeOf(found)).join(' ')
  const token = await pipeline.callerToken({ sub: 'eve', scope: `${scope} all` })
  for (const { status, body, headers } of await ask(found, `Bearer ${token}`)) {
    expect([status, body['code']]).toEqual([403, 'forbidden'])
    expect(headers.get('www-authenticate')).toContain(`scope="${scopeOf(found)}"`)
  }
  expect(await countRows()).toBe(before)
  const allowed = await pipeline.callerToken({ sub: 'eve', scope: `${scopeOf(found)} all` })
  for (const { status } of await ask(found, `Bearer ${allowed}`)) expect([401, 403]).not.toContain(status)
})

test('takes no scope from anywhere but the text in `scope`', async () => {
  const [read] = forCallers.filter(found => scopeOf(found) === 'read')
  for (const scope of [['read'], 'read,all', 'READ', { read: true }, undefined]) {
    const token = await byIssuer({ scope: scope as string, scp: 'read', permissions: ['read'] })
    for (const { status } of read ? await ask(read, `Bearer ${token}`) : []) expect(status).toBe(403)
  }
})

test.each([
  ['nobody', ''],
  ['somebody with a name of 256 bytes', 'ü'.repeat(128)],
])("takes a token that is of %s for nobody's", async (_who, sub) => {
  const [read] = forCallers.filter(found => scopeOf(found) === 'read')
  if (read === undefined) throw new Error('nothing is read')
  const token = await byIssuer({ sub, scope: 'read' })
  for (const { status, body } of await ask(read, `Bearer ${token}`)) {
    expect([status, body['message']]).toEqual([403, expect.stringContaining('sub')])
  }
  const longest = await byIssuer({ sub: `${'ü'.repeat(127)}x`, scope: 'read' })
  for (const { status } of await ask(read, `Bearer ${longest}`)) expect([401, 403]).not.toContain(status)
})

test.each(forPushes)('$name takes no push but of the service account, verified', async found => {
  const account = 'settle-push@settle.iam.gserviceaccount.com'
  for (const name of found.operation['x-functions']) {
    // The good one to the function before may have made something final, which is told a moment later.
    await until('all is told', async () => {
      const [rows] = await pipeline.db.raw('SELECT 1 FROM outbox LIMIT 1')
      return rows.length === 0
    })
    const before = await countRows()
    const claims = {
      iss: pipeline.pushIssuer,
      aud: `settle-${name}`,
      exp: past + 600,
      email: account,
      email_verified: true,
    }
    const sign = (over: object) => signAsIssuer(pipeline.keyFolder, 'key.json', { ...claims, ...over })
    const refused: [string, string, number][] = [
      ['wrong e-mail', await sign({ email: 'eve@example.com' }), 403],
      ['unverified e-mail', await sign({ email_verified: false }), 403],
      ['no e-mail', await sign({ email: undefined }), 403],
      ['alg none', withoutSignature(claims), 401],
      ['another key', await signWithOtherKey(claims), 401],
      ['another function', await sign({ aud: 'settle-other' }), 401],
      ['expired', await sign({ exp: past }), 401],
      ['a caller', await pipeline.callerToken(), 401],
    ]
    const { method, path, body } = describedRequest(found)
    const url = `${pipeline.urls.get(name)}${path}`
    for (const [fault, token, status] of refused) {
      const answer = await send(method, url, body, { authorization: `Bearer ${token}` })
      expect([name, fault, answer.status]).toEqual([name, fault, status])
    }
    expect(await countRows()).toBe(before)
    const good = await send(method, url, body, { authorization: `Bearer ${await sign({})}` })
    expect([401, 403]).not.toContain(good.status)
  }
})

test('logs no token, nor any part of one', () => {
  const signatures = presented.flatMap(token => token.split('.').slice(1)).filter(part => part.length > 20)
  expect(signatures.length).toBeGreaterThan(20)
  expect(pipeline.logLines.filter(line => signatures.some(part => line.includes(part)))).toEqual([])
})
