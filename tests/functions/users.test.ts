import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
})
afterAll(closePipelines)

const USERS = '/api/v1/users'
const post = (body: unknown) => pipeline.call('accounts', 'POST', USERS, body)
const get = (path: string) => pipeline.call('accounts', 'GET', path)
const open = (body: object) => pipeline.call('accounts', 'POST', '/api/v1/accounts', body)

test('creates a user once for the same request, however often and at once it comes', async () => {
  const request = { userId: 'gopal', name: 'Gopal Rao' }
  const answers = await Promise.all(Array.from({ length: 5 }, () => post(request)))
  for (const { status, body } of answers) expect([status, body]).toEqual([201, answers[0]?.body])
  expect((await get(`${USERS}/gopal`)).body).toEqual(answers[0]?.body)
  expect(answers[0]?.body).toMatchObject(request)
})

test('makes an id where none is given', async () => {
  const { status, body } = await post({ name: '張偉 👩‍🚀' })
  expect(status).toBe(201)
  expect((await get(`${USERS}/${body['userId']}`)).body['name']).toBe('張偉 👩‍🚀')
})

test('refuses an id that belongs to a user of another name', async () => {
  await post({ userId: 'taken', name: 'One' })
  const { status, body } = await post({ userId: 'taken', name: 'one' })
  expect([status, body['code']]).toEqual([409, 'user_exists'])
  expect((await get(`${USERS}/taken`)).body['name']).toBe('One')
})

test.each<[string, unknown, string]>([
  ['no name', { userId: 'x' }, 'name'],
  ['a blank name', { name: ' ' }, 'name'],
  ['a name of 201 characters', { name: 'x'.repeat(201) }, 'name'],
  ['a name with half a character', '{"name": "\\ud800"}', 'name'],
  ['a name with a line break', { name: 'a\nb' }, 'name'],
  ['an id with a space', { userId: 'a b', name: 'x' }, 'userId'],
  ['an unknown field', { name: 'x', email: 'x' }, 'email'],
])('refuses %s and names the field', async (_name, request, field) => {
  const { status, body } = await post(request)
  expect([status, (body['errors'] as { field: string }[])[0]?.field]).toEqual([400, field])
})

test.each(['nobody', '%F0%9F%92%A9'])('answers 404 for %s, who is no user', async userId => {
  expect(await get(`${USERS}/${userId}`)).toMatchObject({ status: 404, body: { code: 'user_not_found' } })
})

test('opens no account for a user that is not known, and stores nothing', async () => {
  const { status, body } = await open({
    accountId: 'orphan',
    userId: 'stranger',
    currency: 'USD',
    openingBalance: 5,
  })
  expect([status, body['code']]).toEqual([404, 'user_not_found'])
  expect((await get('/api/v1/accounts/orphan')).status).toBe(404)
  expect((await get(`${USERS}/stranger`)).status).toBe(404)
  const [rows] = await pipeline.db.raw(`SELECT 1 FROM transactions WHERE destination_account_id = 'orphan'`)
  expect(rows).toEqual([])
})

type Rows = Record<string, string>[]

/** Reads a list to its end, two rows a page, and does something between the pages. */
async function readAll(
  path: string,
  list: string,
  between: (page: number) => Promise<unknown>,
): Promise<Rows> {
  const seen: Rows = []
  let cursor = ''
  for (let page = 0; page < 50; page += 1) {
    const { body } = await get(`${path}limit=2${cursor}`)
    seen.push(...(body[list] as Rows))
    if (body['nextCursor'] === undefined) return seen
    cursor = `&cursor=${body['nextCursor']}`
    await between(page)
  }
  throw new Error('the list has no end')
}

test('lists every account of a user once while others are opened, and none of anybody else', async () => {
  for (const userId of ['lister', 'other']) await post({ userId, name: userId })
  const ids = ['b', 'd', 'f', 'h', 'j'].map(letter => `list-${letter}`)
  for (const accountId of ids) await open({ accountId, userId: 'lister', currency: 'USD' })
  await open({ accountId: 'list-e', userId: 'other', currency: 'USD' })
  const accounts = await readAll('/api/v1/accounts?userId=lister&', 'accounts', async page => {
    // One before and one behind the cursor.
    await open({ accountId: `list-a${page}`, userId: 'lister', currency: 'USD' })
    await open({ accountId: `list-z${page}`, userId: 'lister', currency: 'USD' })
  })
  const seen = accounts.map(account => account['accountId'])
  expect(seen.filter(id => ids.includes(id ?? ''))).toEqual(ids)
  expect(new Set(seen).size).toBe(seen.length)
  expect(new Set(accounts.map(account => account['userId']))).toEqual(new Set(['lister']))
})

test('lists no accounts of an unknown user', async () => {
  expect(await get('/api/v1/accounts?userId=nobody')).toMatchObject({ status: 200, body: { accounts: [] } })
})

test('lists every user once, in order of id, while others are created', async () => {
  const [rows] = await pipeline.db.raw('SELECT user_id FROM users ORDER BY user_id')
  const known = rows.map((row: { user_id: string }) => row.user_id)
  const users = await readAll(`${USERS}?`, 'users', page => post({ userId: `0-${page}`, name: 'Early' }))
  expect(users.map(user => user['userId'])).toEqual(known)
})

test.each([
  ['/api/v1/accounts', 'userId', 'is missing'],
  ['/api/v1/accounts?userId=a%20b', 'userId', expect.stringContaining('must be 1 to 64')],
  ['/api/v1/accounts?userId=a&limit=101', 'limit', 'must be a whole number from 1 to 100'],
  ['/api/v1/accounts?userId=a&cursor=dXNlcnMgYQ', 'cursor', 'must be the nextCursor of the page before'],
  ['/api/v1/accounts?userId=a&status=ACTIVE', 'status', 'is not known here'],
  ['/api/v1/users?cursor=YWNjb3VudHMgYQ', 'cursor', 'must be the nextCursor of the page before'],
  ['/api/v1/users?cursor=dXNlcnMg4', 'cursor', 'must be the nextCursor of the page before'],
  ['/api/v1/users?limit=-1', 'limit', 'must be a whole number from 1 to 100'],
  ['/api/v1/users?name=x', 'name', 'is not known here'],
])('refuses %s and names the parameter', async (path, field, message) => {
  const { status, body } = await get(path)
  expect([status, body['errors']]).toEqual([400, [{ field, message }]])
})
