import { expect, test } from '@jest/globals'
import { explain } from '../../../functions/console/page/answer.ts'
import { Api } from '../../../functions/console/page/api.ts'

type Asked = { path: string; init: RequestInit }

function apiOf(answer: () => Response | Promise<Response>) {
  const asked: Asked[] = []
  const unauthenticated: string[] = []
  const api = new Api({
    fetch: async (path, init = {}) => {
      asked.push({ path: String(path), init })
      return await answer()
    },
    token: 'a.b.c',
    onUnauthenticated: message => unauthenticated.push(message),
  })
  return { api, asked, unauthenticated }
}

function problem(status: number, body: object, headers = {}): Response {
  return new Response(JSON.stringify(body), { status, headers })
}

test('asks with the token, and answers money as text', async () => {
  const { api, asked } = apiOf(() => new Response('{"balance":69.70}'))
  expect(await api.get('/api/v1/accounts/alice')).toMatchObject({ ok: true, body: { balance: '69.70' } })
  expect(asked[0]?.init.headers).toMatchObject({ authorization: 'Bearer a.b.c' })
})

test('sends an amount as it was typed', async () => {
  const { api, asked } = apiOf(() => new Response('{}', { status: 202 }))
  await api.post('/api/v1/transactions/process', { amount: '0.10' })
  expect(asked[0]?.init).toMatchObject({
    method: 'POST',
    body: '{"amount":"0.10"}',
    headers: { 'content-type': 'application/json', authorization: 'Bearer a.b.c' },
  })
})

test('answers a refusal with its message, its fields and when to ask again', async () => {
  const errors = [{ field: 'amount', message: 'is missing' }]
  const { api } = apiOf(() => problem(400, { message: 'amount is missing', errors }, { 'retry-after': '3' }))
  expect(await api.get('/')).toEqual({
    ok: false,
    status: 400,
    message: 'amount is missing',
    errors,
    retryAfterSeconds: 3,
  })
})

test('tells of a token that is not taken any more', async () => {
  const { api, unauthenticated } = apiOf(() => problem(401, { message: 'The token is not valid.' }))
  await api.get('/')
  expect(unauthenticated).toEqual(['The token is not valid.'])
})

test('answers that no answer came, and throws nothing', async () => {
  const { api } = apiOf(() => Promise.reject(new TypeError('fetch failed')))
  expect(await api.get('/')).toMatchObject({ ok: false, status: 0 })
})

test('takes an answer that is not JSON for a refusal, whoever wrote it', async () => {
  const page = apiOf(() => new Response('<h1>Bad gateway</h1>', { status: 502 })).api
  expect(await page.get('/')).toMatchObject({ ok: false, status: 502, message: 'The answer was 502.' })
  const cut = apiOf(() => new Response('{"balance":6')).api
  expect(await cut.get('/')).toMatchObject({ ok: false, message: 'The answer is not JSON.' })
})

test.each([
  [0, 'No answer came'],
  [403, 'Your token does not allow this'],
  [404, 'Not found'],
  [429, 'Too many requests'],
  [500, 'Something went wrong in Settle'],
  [503, 'Not available at the moment'],
])('explains %p in words', (status, title) => {
  const refusal = { ok: false, status, message: 'why', errors: [], retryAfterSeconds: undefined } as const
  expect(explain(refusal)).toEqual({ title, detail: 'why' })
})
