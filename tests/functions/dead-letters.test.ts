import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { insertDeadLetters, type NewDeadLetter } from '../../lib/mysql/insert-dead-letters.ts'
import { closePipelines, type Pipeline, send, startPipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
beforeAll(async () => {
  // Deaf: nothing comes or goes but by these tests.
  pipeline = await startPipeline({ deaf: true })
  await keep('a', {}, at(0))
  const b = await keep('b', { item: 3, reason: 'unknown_parent', transactionId: 'capture-1' }, at(1))
  await keep('c', { reason: 'transaction_id_reused', transactionId: 'order-1' }, at(2))
  const given = { source: 'transaction', reason: 'dead_lettered', transactionId: 'order-1' } as const
  await keep('d', { ...given, item: 9 }, at(3))
  await discard(b, { reason: 'too late' })
})
afterAll(closePipelines)

const LETTERS = '/api/v1/dead-letters'
const get = (path: string) => pipeline.call('dead-letter', 'GET', `${LETTERS}${path}`)
const discard = (id: unknown, body: unknown) =>
  pipeline.call('dead-letter', 'POST', `${LETTERS}/${id}/discard`, body)

type Row = Record<string, unknown>

const letter: NewDeadLetter = {
  source: 'event',
  messageId: '',
  item: 0,
  transactionId: null,
  reason: 'invalid_request',
  detail: 'amount is missing',
  payload: '{"transactionId":"x"}',
}

/** Keeps a letter, and answers its number. */
async function keep(messageId: string, over: Partial<NewDeadLetter> = {}, at = new Date()): Promise<number> {
  await insertDeadLetters(pipeline.db, [{ ...letter, messageId, ...over }], at)
  const [rows] = await pipeline.db.raw('SELECT id FROM dead_letters WHERE message_id = ?', [messageId])
  return Number(rows[0].id)
}

async function messageIds(query: string): Promise<unknown[]> {
  const { status, body } = await get(query)
  expect(status).toBe(200)
  return (body['deadLetters'] as Row[]).map(({ messageId }) => messageId)
}

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute))

test.each([
  ['', ['d#9', 'c#0', 'b#3', 'a#0']],
  ['?state=OPEN', ['d#9', 'c#0', 'a#0']],
  ['?state=DISCARDED', ['b#3']],
  ['?state=REPLAYED', []],
  ['?source=transaction', ['d#9']],
  ['?source=event&state=OPEN', ['c#0', 'a#0']],
  ['?reason=unknown_parent', ['b#3']],
  ['?reason=unknown_parent&state=OPEN', []],
  ['?transactionId=order-1', ['d#9', 'c#0']],
  ['?transactionId=order-1&reason=dead_lettered', ['d#9']],
  ['?transactionId=nobody', []],
  ['?from=2026-01-01T12:02:00Z', ['d#9', 'c#0']],
  ['?to=2026-01-01T12:02:00Z', ['b#3', 'a#0']],
  ['?from=2026-01-01T13:01:00%2B01:00&to=2026-01-01T12:03:00Z', ['c#0', 'b#3']],
  ['?limit=2&state=OPEN', ['d#9', 'c#0']],
])('answers %s with the letters that fit, newest first, and no other', async (query, expected) => {
  expect(await messageIds(query)).toEqual(expected)
})

test('lists each letter once, page by page, while others arrive', async () => {
  const pages = `?reason=parent_mismatch&limit=3`
  for (let index = 0; index < 7; index += 1) await keep(`page-${index}`, { reason: 'parent_mismatch' })
  const expected = await messageIds('?reason=parent_mismatch')
  expect(expected).toHaveLength(7)
  const seen: unknown[] = []
  let cursor = ''
  for (let page = 0; page < 3; page += 1) {
    const { body } = await get(`${pages}${cursor}`)
    seen.push(...(body['deadLetters'] as Row[]).map(({ messageId }) => messageId))
    expect('nextCursor' in body).toBe(page < 2)
    cursor = `&cursor=${body['nextCursor']}`
    await keep(`late-${page}`, { reason: 'parent_mismatch' })
  }
  expect(seen).toEqual(expected)
})

test.each([
  ['limit=101', 'limit', 'must be a whole number from 1 to 100'],
  ['cursor=dXNlcnMgYQ', 'cursor', 'must be the nextCursor of the page before'],
  ['cursor=ZGVhZC1sZXR0ZXJzIHg', 'cursor', 'must be the nextCursor of the page before'],
  ['reason=gift', 'reason', expect.stringMatching(/^must be invalid_json, .* or dead_lettered$/)],
  ['source=topic', 'source', 'must be event or transaction'],
  ['state=open', 'state', 'must be OPEN, REPLAYED or DISCARDED'],
  ['transactionId=a%20b', 'transactionId', expect.stringContaining('must be 1 to 64')],
  ['from=yesterday', 'from', expect.stringContaining('RFC 3339')],
  ['from=0001-01-01T00:00:00Z', 'from', 'must be a date from the year 1001 to 9998 that exists'],
  ['to=2026-06-30T23:59:60Z', 'to', 'must be a date from the year 1001 to 9998 that exists'],
  ['from=2026-01-02T00:00:00Z&to=2026-01-02T00:00:00Z', 'to', 'must be later than from'],
  ['stat=OPEN', 'stat', 'is not known here'],
])('refuses ?%s and names the parameter', async (query, field, message) => {
  const { status, body } = await get(`?${query}`)
  expect([status, body['errors']]).toEqual([400, [{ field, message }]])
})

test('shows one letter with all there is of it, and that nothing is queued behind an event', async () => {
  const id = await keep('shown', { item: 2 }, at(9))
  const { item: _item, transactionId: _none, ...kept } = letter
  expect((await get(`/${id}`)).body).toEqual({
    ...kept,
    ...{ deadLetterId: id, state: 'OPEN', messageId: 'shown#2', attempts: 1 },
    ...{ createdAt: at(9).toISOString(), queuedBehind: 0, queuedTransactionIds: [] },
  })
})

test.each(['0', '01', '-1', '1e1', 'x', '999999999999', '9'.repeat(40), '%F0%9F%92%A9'])(
  'answers 404 for letter %s, which there is not, whatever is asked of it',
  async id => {
    const answers = [
      await get(`/${id}`),
      await discard(id, { reason: 'x' }),
      await pipeline.call('dead-letter', 'POST', `${LETTERS}/${id}/replay`),
    ]
    const codes = answers.map(({ status, body }) => `${status} ${body['code']}`)
    expect(codes).toEqual(Array(3).fill('404 dead_letter_not_found'))
  },
)

test('discards a letter with its reason, by whom and when; the same again answers the same', async () => {
  const id = await keep('discarded')
  const before = Date.now()
  const first = await discard(id, { reason: 'sent again as order-7' })
  expect(first).toMatchObject({
    status: 200,
    body: {
      state: 'DISCARDED',
      resolution: { by: 'developer', at: expect.any(String), reason: 'sent again as order-7' },
    },
  })
  const { at: moment } = first.body['resolution'] as { at: string }
  expect(Date.parse(moment)).toBeGreaterThanOrEqual(before)
  const again = await discard(id, { reason: 'sent again as order-7' })
  expect([again.status, again.body]).toEqual([200, first.body])
  expect((await get(`/${id}`)).body['resolution']).toEqual(first.body['resolution'])
})

test('keeps the first of ten reasons given at once, and refuses the others', async () => {
  const id = await keep('contested')
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => discard(id, { reason: `reason ${index}` })),
  )
  const won = answers.filter(({ status }) => status === 200)
  expect(won).toHaveLength(1)
  const codes = answers.filter(({ status }) => status === 409).map(({ body }) => body['code'])
  expect(codes).toEqual(Array(9).fill('dead_letter_resolved'))
  expect((await get(`/${id}`)).body['resolution']).toEqual(won[0]?.body['resolution'])
})

test('takes a reason of 1,000 characters, whatever they are', async () => {
  const id = await keep('wordy')
  const reason = '💩'.repeat(1000)
  expect((await discard(id, { reason })).body['resolution']).toMatchObject({ reason })
  expect((await get(`/${id}`)).body['resolution']).toMatchObject({ reason })
})

test.each<[string, unknown, string | undefined]>([
  ['no reason', {}, 'reason'],
  ['an empty reason', { reason: '' }, 'reason'],
  ['a blank reason', { reason: '  ' }, 'reason'],
  ['a reason of 1,001 characters', { reason: 'x'.repeat(1001) }, 'reason'],
  ['a reason that is a number', { reason: 7 }, 'reason'],
  ['a reason with half a character', '{"reason": "\\ud800"}', 'reason'],
  ['who it was, which is not for the caller to say', { reason: 'x', by: 'root' }, 'by'],
  ['no JSON', '{', undefined],
])('refuses a discard with %s and leaves the letter open', async (_name, body, field) => {
  const id = await keep('untouched')
  const answer = await discard(id, body)
  expect(answer.status).toBe(400)
  expect((answer.body['errors'] as { field: string }[] | undefined)?.[0]?.field).toBe(field)
  expect((await get(`/${id}`)).body['state']).toBe('OPEN')
})

test('refuses a discard that does not say it is JSON', async () => {
  const id = await keep('untyped')
  const url = `${pipeline.urls.get('dead-letter')}${LETTERS}/${id}/discard`
  expect((await send('POST', url, '{"reason":"x"}', { 'content-type': 'text/plain' })).status).toBe(415)
})

test('leaves a discarded letter discarded when its message comes again, and counts that', async () => {
  const id = await keep('again')
  await discard(id, { reason: 'known' })
  await keep('again')
  expect((await get(`/${id}`)).body).toMatchObject({ state: 'DISCARDED', attempts: 2 })
})

test('counts as dead letters, each minute, only what nobody has ended', async () => {
  const [[{ open }]] = await pipeline.db.raw(
    `SELECT COUNT(*) AS open FROM dead_letters WHERE resolved_at IS NULL`,
  )
  const id = await keep('counted')
  expect((await pipeline.sweep()).body['deadLetters']).toBe(Number(open) + 1)
  await discard(id, { reason: 'x' })
  expect((await pipeline.sweep()).body['deadLetters']).toBe(Number(open))
})
