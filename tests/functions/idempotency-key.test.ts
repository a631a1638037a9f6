import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { uuidOf } from '../../lib/openapi/derived-id.ts'
import { type Answer, closePipelines, type Pipeline, send, startPipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline({ deaf: true })
})
afterAll(closePipelines)

async function post(path: string, body: object, key: string, sub = 'shop'): Promise<Answer> {
  const authorization = `Bearer ${await pipeline.callerToken({ sub })}`
  const headers = { authorization, 'idempotency-key': key }
  return await send('POST', `${pipeline.urls.get('accounts')}/api/v1/${path}`, body, headers)
}

const kinds = [
  {
    path: 'accounts',
    body: { currency: 'USD', openingBalance: '5' },
    otherBody: { currency: 'USD' },
    id: 'accountId',
    code: 'account_exists',
  },
  { path: 'users', body: { name: 'Ana' }, otherBody: { name: 'Ben' }, id: 'userId', code: 'user_exists' },
]

test.each(kinds)(
  'a key makes one of the $path, however often and at once it is sent',
  async ({ path, body, id }) => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(path, body, `${path}-1`)))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201])
    expect(new Set(answers.map(answer => answer.body[id])).size).toBe(1)
  },
)

test.each(kinds)(
  'a key of the $path with another body is refused',
  async ({ path, body, otherBody, code }) => {
    await post(path, body, `${path}-2`)
    const { status, body: answer } = await post(path, otherBody, `${path}-2`)
    expect([status, answer['code']]).toEqual([409, code])
  },
)

test.each(kinds)(
  "another caller's key makes another of the $path, and so does another key",
  async ({ path, body, id }) => {
    const answers = [
      await post(path, body, `${path}-3`),
      await post(path, body, `${path}-3`, 'bank'),
      await post(path, body, `${path}-4`),
    ]
    expect(new Set(answers.map(answer => answer.body[id])).size).toBe(3)
  },
)

test.each(kinds)('a key of the $path that is none is refused, and says so', async ({ path, body }) => {
  const { status, body: answer } = await post(path, body, 'a b')
  expect([status, answer['errors']]).toEqual([
    400,
    [{ field: 'Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' }],
  ])
})

test('an id made from a key is a UUID of version 8', () => {
  expect(uuidOf('anything')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
})
