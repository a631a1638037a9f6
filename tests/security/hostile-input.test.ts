import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type FoundOperation, operations } from '../support/contract/description.ts'
import { describedRequest } from '../support/described-request.ts'
import { SQL } from '../support/fuzz/broken-json.ts'
import { rowCounter } from '../support/fuzz/count-rows.ts'
import { type Answer, closePipelines, type Pipeline, send, startPipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let countRows: () => Promise<string>
beforeAll(async () => {
  pipeline = await startPipeline({ deaf: true })
  countRows = await rowCounter(pipeline.db)
})
afterAll(closePipelines)

const named = operations.map(found => ({ ...found, name: `${found.method} ${found.path}` }))
const fromCallers = named.filter(({ operation }) => !operation.tags.includes('Inside'))
const withBody = fromCallers.filter(({ operation }) => operation.requestBody !== undefined)

async function ask({ operation }: FoundOperation, target: { path: string; method: string }, body?: unknown) {
  const [name = ''] = operation['x-functions']
  // With it a stream, which would not end, is refused; nothing else looks at it.
  const headers = { 'last-event-id': 'none' }
  return await send(target.method, `${pipeline.urls.get(name)}${target.path}`, body, headers)
}

/** The same JSON with one of its texts replaced, once for each of them. */
function withEachText(value: unknown, replace: unknown): { place: string; value: unknown }[] {
  if (typeof value === 'string') return [{ place: '', value: replace }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) =>
    withEachText(member, replace).map(({ place, value: changed }) => ({
      place: `/${key}${place}`,
      value: Array.isArray(value) ? value.with(Number(key), changed) : { ...value, [key]: changed },
    })),
  )
}

/** What may be any text: it is kept as it is, and never read as anything else. */
const FREE_TEXTS = /\/(name|reason|metadata)\b/

test.each(withBody)('$name reads SQL in no text of its body', async found => {
  const target = describedRequest(found)
  for (const sql of SQL) {
    for (const { place, value } of withEachText(target.body, sql)) {
      const before = await countRows()
      const answer = await ask(found, target, value)
      if (FREE_TEXTS.test(place)) continue
      // A batch answers for each of its items; what is not valid of it is not stored either.
      const isRefused = answer.status >= 400 || JSON.stringify(answer.body).includes('"invalid"')
      expect([place, sql, isRefused]).toEqual([place, sql, true])
      if (answer.status >= 400) expect(await countRows()).toBe(before)
    }
  }
})

test.each(fromCallers)('$name reads SQL in no part of its address', async found => {
  const { path, ...target } = describedRequest(found)
  const [address = '', query = ''] = path.split('?')
  const before = await countRows()
  const id = /(?<=\/(accounts|users|transactions|dead-letters)\/)[^/]+/
  for (const sql of SQL.map(encodeURIComponent)) {
    const places = [address.replace(id, sql), `${address}?${query.replace(/=[^&]*/, `=${sql}`)}`]
    for (const place of places.filter(changed => changed.includes(sql))) {
      const { status, body } = await ask(found, { ...target, path: place }, target.body)
      // A user that there is not has a history: it is empty.
      const listed = status === 200 ? body['transactions'] : []
      expect([place, status < 500, listed]).toEqual([place, true, []])
    }
  }
  expect(await countRows()).toBe(before)
})

test('keeps SQL in a name as the name it is', async () => {
  for (const [index, name] of SQL.entries()) {
    const created = await pipeline.call('accounts', 'POST', '/api/v1/users', { userId: `sql-${index}`, name })
    expect(created).toMatchObject({ status: 201, body: { name } })
    const read = await pipeline.call('accounts', 'GET', `/api/v1/users/sql-${index}`)
    expect(read.body['name']).toBe(name)
  }
})

const PROTOTYPE_KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']

test.each(withBody)('$name takes a key of a prototype for a member that there is not', async found => {
  const target = describedRequest(found)
  const before = await countRows()
  for (const key of PROTOTYPE_KEYS) {
    const members = JSON.stringify(target.body).slice(1)
    const bodies = [`{"${key}":{"isPolluted":true},${members}`, `{"${key}":null,${members}`]
    for (const body of bodies) {
      const answer: Answer = await ask(found, target, body)
      expect([key, answer.status, answer.body['code']]).toEqual([key, 400, 'invalid_request'])
    }
  }
  expect(({} as Record<string, unknown>)['isPolluted']).toBeUndefined()
  expect(await countRows()).toBe(before)
})

test.each(['__proto__', 'constructor', 'toString'])(
  'knows no parameter, account, user or type named %s',
  async key => {
    const calls: [string, string, number][] = [
      ['accounts', `/api/v1/accounts?userId=a&${key}=1`, 400],
      ['accounts', `/api/v1/accounts/${key}`, 404],
      ['accounts', `/api/v1/users/${key}`, 404],
      ['status', `/api/v1/transactions/${key}`, 404],
      ['status', `/docs/${key}`, 404],
    ]
    for (const [name, path, status] of calls) {
      expect([path, (await pipeline.call(name, 'GET', path)).status]).toEqual([path, status])
    }
    const body = {
      type: key,
      transactionId: 't',
      sourceAccountId: 'a',
      destinationAccountId: 'b',
      amount: '1',
    }
    const { status } = await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', body)
    expect(status).toBe(400)
  },
)

test.each(withBody)('$name takes no body that nests without an end', async found => {
  const target = describedRequest(found)
  const before = await countRows()
  const deep = 200_000
  const bodies = [
    '['.repeat(deep) + ']'.repeat(deep),
    '{"amount":'.repeat(deep) + '1' + '}'.repeat(deep),
    `{"metadata":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`,
  ]
  for (const body of bodies) {
    const { status } = await ask(found, target, body)
    expect([400, 413]).toContain(status)
  }
  expect(await countRows()).toBe(before)
})
