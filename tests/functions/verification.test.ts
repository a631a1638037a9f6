import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { beginning, cover, linkBehind } from '../../lib/chain/link.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { findDecidedBySeq } from '../../lib/mysql/find-decided-by-seq.ts'
import { readMembers } from '../../lib/mysql/insert-links.ts'
import { settleEveryKind } from '../support/every-transaction.ts'
import { allFinal, findBrokenBooks } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { whileTampered } from '../support/tampering.ts'
import { until } from '../support/until.ts'
import { findFaults, verify } from '../support/verification.ts'

const PATH = '/api/v1/ledger/verification'
let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
  await settleEveryKind(pipeline)
  await until('all is told', async () => {
    const [rows] = await pipeline.db.raw('SELECT 1 FROM outbox LIMIT 1')
    return rows.length === 0
  })
})
afterAll(closePipelines)

async function seqOf(transactionId: string): Promise<string> {
  const [[{ seq }]] = await pipeline.db.raw('SELECT seq FROM transactions WHERE transaction_id = ?', [
    transactionId,
  ])
  return seq
}

const update = (id: string, change: string) =>
  `UPDATE transactions SET ${change} WHERE transaction_id = '${id}'`

test('finds nothing in a sound ledger, and says what it verified', async () => {
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
  const { body } = await pipeline.call('sweeper', 'GET', PATH)
  const [[{ transactions, links }]] = await pipeline.db.raw(
    'SELECT SUM(size) AS transactions, COUNT(*) AS links FROM chain_links',
  )
  expect(body).toMatchObject({
    ...{ complete: true, faultCount: 0, faults: [], sums: [{ currency: 'USD', accounts: 3, balance: 0 }] },
    checked: { links: Number(links), transactions: Number(transactions), accounts: 3, copies: 3 },
    ...{ pending: { oldestSeconds: 0 }, outbox: { rows: 0, oldestSeconds: 0 } },
  })
  const [heads] = await pipeline.db.raw(
    'SELECT ordering_group, MAX(number) AS number FROM chain_links GROUP BY ordering_group ORDER BY ordering_group',
  )
  expect(
    (body['heads'] as { orderingGroup: number; number: number }[]).map(head => [
      head.orderingGroup,
      head.number,
    ]),
  ).toEqual(heads.map((head: object) => Object.values(head).map(Number)))
})

test('verifies only what is new, and everything again from the start', async () => {
  const all = await verify(pipeline, '?from=start')
  expect(all.checked.transactions).toBeGreaterThan(14)
  expect((await verify(pipeline)).checked).toMatchObject({ links: 0, transactions: 0 })
  const request = {
    transactionId: 'one-more',
    sourceAccountId: 'alice',
    destinationAccountId: 'bob',
    amount: 1,
  }
  await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', request)
  await allFinal(pipeline.db)
  expect((await verify(pipeline)).checked).toMatchObject({ links: 1, transactions: 1 })
  const again = await verify(pipeline, '?from=start')
  expect(again.checked.transactions).toBe(all.checked.transactions + 1)
})

test.each<[string, string[], string[]]>([
  ['an amount', [update('paid', 'amount = 10.6')], ['transaction_changed paid']],
  ['metadata', [update('paid', `metadata = '{"vat":1.10}'`)], ['transaction_changed paid']],
  ['a reason', [update('refused', `reason = 'account_frozen'`)], ['transaction_changed refused']],
  ['the end of a void', [update('void', 'finished_at = NOW(6)')], ['transaction_changed void']],
  [
    'a refusal into an acceptance',
    [update('refused', `status = 'PENDING', reason = NULL`)],
    ['transaction_missing SEQ-refused'],
  ],
  [
    'a balance',
    [`UPDATE accounts SET balance = balance + 1 WHERE account_id = 'bob'`],
    ['account_differs bob', 'sum_not_zero USD'],
  ],
  [
    'balances that sum to zero',
    [
      `UPDATE accounts SET balance = balance + IF(account_id = 'bob', 1, -1) WHERE account_id IN ('alice', 'bob')`,
    ],
    ['account_differs alice', 'account_differs bob'],
  ],
  ['a version', [`UPDATE accounts SET version = 1 WHERE account_id = 'bob'`], ['account_differs bob']],
  [
    'what is held',
    [`UPDATE accounts SET held = 0 WHERE account_id = 'alice'`],
    ['account_differs alice', 'holds_differ alice'],
  ],
  [
    'a hold that ended',
    [update('voided', `status = 'HELD', finished_at = NULL`)],
    ['holds_differ alice', 'parent_differs voided'],
  ],
  [
    'a hold that is open',
    [update('open', `status = 'VOIDED', finished_at = NOW(6)`)],
    ['holds_differ alice', 'parent_differs open'],
  ],
  ['what was captured', [update('captured', 'settled_amount = 5')], ['parent_differs captured']],
  ['what was reversed', [update('paid', 'settled_amount = 0')], ['parent_differs paid']],
  ['what nobody reversed', [update('last', 'settled_amount = 1')], ['parent_differs last']],
  [
    'an account away',
    [`DELETE FROM accounts WHERE account_id = 'bob'`],
    ['account_missing bob', 'sum_not_zero USD'],
  ],
])('finds and names who changed %s', async (_what, statements, expected) => {
  const named = await Promise.all(
    expected.map(async fault => {
      const [, id] = /SEQ-(.+)/.exec(fault) ?? []
      return id === undefined ? fault : fault.replace(`SEQ-${id}`, await seqOf(id))
    }),
  )
  // The worker is not rung for what is PENDING again, and nobody sweeps.
  const look = async () => {
    const faults = await findFaults(pipeline, '?from=start')
    // The copy of an account that was changed says so too.
    return faults.filter(fault => !fault.startsWith('copy_differs'))
  }
  expect(await whileTampered(pipeline.db, statements, look)).toEqual(named)
  // It is not forgotten by a call that goes on, but by one that finds it gone.
  expect(await findFaults(pipeline)).toEqual(named)
  expect(await findFaults(pipeline, '?from=start')).toEqual([])
})

test('finds and names a transaction that was removed, and one that was put in', async () => {
  const { db } = pipeline
  const removed = [`DELETE FROM transactions WHERE transaction_id = 'out'`]
  const seq = await seqOf('out')
  expect(await whileTampered(db, removed, () => findFaults(pipeline, '?from=start'))).toContain(
    `transaction_missing ${seq}`,
  )
  const columns = `type, source_account_id, destination_account_id, amount, currency, status, source_balance_after,
    destination_balance_after, source_version, destination_version, accepted_at, decided_at, finished_at`
  const insert = `INSERT INTO transactions (transaction_id, ordering_group, ${columns})
    SELECT 'put-in', ordering_group, ${columns} FROM transactions WHERE transaction_id = 'last'`
  await verify(pipeline, '?from=start')
  // Found without beginning anew, since it is the last.
  expect(await whileTampered(db, [insert], () => findFaults(pipeline))).toEqual([
    'transaction_outside put-in',
  ])
  // As old as any: found from the start.
  const old = [insert, `UPDATE transactions SET seq = 0 WHERE transaction_id = 'put-in'`]
  expect(await whileTampered(db, old.slice(0, 1), () => findFaults(pipeline, '?from=start'))).toEqual([
    'transaction_outside put-in',
  ])
  expect(await findFaults(pipeline, '?from=start')).toEqual([])
})

async function chainOfMost(): Promise<{ group: number; length: number }> {
  const [[row]] = await pipeline.db.raw(
    'SELECT ordering_group, MAX(number) AS length FROM chain_links GROUP BY ordering_group ORDER BY length DESC LIMIT 1',
  )
  return { group: row.ordering_group, length: Number(row.length) }
}

test('finds and names a link that was changed, and one that was removed, at the end too', async () => {
  const { group, length } = await chainOfMost()
  const where = (number: number) => `WHERE ordering_group = ${group} AND number = ${number}`
  const look = () => findFaults(pipeline, '?from=start')
  const change = [`UPDATE chain_links SET hash = REPEAT('a', 64) ${where(2)}`]
  expect(await whileTampered(pipeline.db, change, look)).toEqual([`link_changed ${group}:2`])
  const remove = [`DELETE FROM chain_links ${where(2)}`]
  const found = await whileTampered(pipeline.db, remove, look)
  expect(found).toContain(`link_missing ${group}:2`)
  expect(found.some(fault => fault.startsWith('transaction_outside'))).toBe(true)
  await verify(pipeline, '?from=start')
  const end = [`DELETE FROM chain_links ${where(length)}`]
  expect(await whileTampered(pipeline.db, end, () => findFaults(pipeline))).toEqual([
    `link_missing ${group}:${length}`,
  ])
  const last = [`UPDATE chain_links SET hash = REPEAT('a', 64) ${where(length)}`]
  await verify(pipeline, '?from=start')
  expect(await whileTampered(pipeline.db, last, () => findFaults(pipeline))).toEqual([
    `link_changed ${group}:${length}`,
  ])
  expect(await findFaults(pipeline, '?from=start')).toEqual([])
})

/** As somebody would who knows how chains are made. */
async function rewriteChain(db: Database, group: number): Promise<void> {
  let head = beginning(group)
  const [links] = await db.raw(
    'SELECT id, members FROM chain_links WHERE ordering_group = ? ORDER BY number',
    [group],
  )
  for (const { id, members } of links) {
    const seqs = readMembers(members).map(({ seq }) => seq)
    const records = await findDecidedBySeq(db, seqs)
    const made = linkBehind(
      head,
      cover(
        group,
        seqs.flatMap(seq => records.get(seq) ?? []),
      ),
    )
    head = made
    let last = 0
    const written = made.members.map(({ seq, sum }) => {
      const step = seq - last
      last = seq
      return `${step.toString(36)}.${sum.toString(36)}`
    })
    await db.raw('UPDATE chain_links SET hash = ?, members = ? WHERE id = ?', [
      made.hash,
      written.join(' '),
      id,
    ])
  }
}

test('finds a chain that was written anew: by what was verified before, and by a hash that somebody kept', async () => {
  await verify(pipeline, '?from=start')
  const [[row]] = await pipeline.db.raw(
    `SELECT ordering_group FROM transactions WHERE transaction_id = 'paid'`,
  )
  const group = Number(row.ordering_group)
  const [[link]] = await pipeline.db.raw(
    'SELECT number, hash FROM chain_links WHERE ordering_group = ? ORDER BY number DESC LIMIT 1',
    [group],
  )
  const tamper = async (db: Database) => {
    await db.raw(update('paid', `metadata = '{"vat":0}'`))
    await rewriteChain(db, group)
  }
  const kept = `&hash=${group}:${link.number}:${link.hash}`
  const faults = [`hash_differs ${group}:${link.number}`, `link_changed ${group}:${link.number}`]
  expect(await whileTampered(pipeline.db, tamper, () => findFaults(pipeline, `?from=start${kept}`))).toEqual(
    faults,
  )
  expect(await findFaults(pipeline, `?from=start${kept}`)).toEqual([])
  const other = `${group}:${link.number}:${'0'.repeat(64)}`
  expect(await findFaults(pipeline, `?hash=${other}`)).toEqual([`hash_differs ${group}:${link.number}`])
  expect(await findFaults(pipeline, `?hash=${group}:999:${link.hash}`)).toEqual([`hash_differs ${group}:999`])
})

test('finds and names a copy that is not what its account is or was', async () => {
  const { redis } = pipeline
  const copy = String(await redis.get('balance:bob'))
  const [version = '', json = ''] = copy.split(/\|(.*)/)
  for (const wrong of [
    `${Number(version) + 1}|${json}`,
    `1|${json}`,
    `${version}|${json.replace(/"balance":[\d.]+/, '"balance":7')}`,
    'x',
  ]) {
    await redis.set('balance:bob', wrong)
    expect(await findFaults(pipeline)).toEqual(['copy_differs bob'])
  }
  // A batch that is still to be told may be what makes it older.
  await redis.set('balance:bob', `1|${json}`)
  await pipeline.db.raw(`INSERT INTO outbox (payload, created_at) VALUES ('{}', '2026-01-01')`)
  expect(await findFaults(pipeline)).toEqual([])
  await pipeline.db.raw('DELETE FROM outbox')
  await redis.del('balance:bob')
  expect(await findFaults(pipeline)).toEqual([])
  await redis.set('balance:bob', copy)
})

test.each([
  ['?from=end', 'from'],
  ['?hash=1:2', 'hash'],
  ['?page=2', 'page'],
])('refuses %s, and names the parameter', async (query, field) => {
  const { status, body } = await pipeline.call('sweeper', 'GET', `${PATH}${query}`)
  expect([status, body['errors']]).toEqual([400, [{ field, message: expect.any(String) }]])
})

test('finds a transaction that was made PENDING again by hand, and settled twice', async () => {
  await verify(pipeline, '?from=start')
  const undo = `status = 'PENDING', finished_at = NULL, decided_at = NULL, source_version = NULL, destination_version = NULL`
  await pipeline.db.raw(update('last', undo))
  await pipeline.db.raw(`UPDATE transactions SET accepted_at = '2026-01-01' WHERE transaction_id = 'last'`)
  await pipeline.sweep()
  await allFinal(pipeline.db)
  expect(await findFaults(pipeline)).toEqual(['transaction_twice last'])
})
