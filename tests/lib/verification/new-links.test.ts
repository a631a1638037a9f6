import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Link } from '../../../lib/chain/link.ts'
import { findNewLinks } from '../../../lib/mysql/find-new-links.ts'
import { insertLinks } from '../../../lib/mysql/insert-links.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database.drop())

const link = (orderingGroup: number, number: number, size = 1): Link => ({
  ...{ orderingGroup, number, hash: '0'.repeat(64) },
  members: Array.from({ length: size }, (_, index) => ({ seq: index + 1, sum: 7 })),
})
const store = (second: number, ...links: Link[]) =>
  database.db.transaction(sql => insertLinks(sql, links, new Date(`2026-11-24T12:00:0${second}Z`)))

/** What is read page by page, as `group:number`, by one who verifies it. */
async function readPages(atMost: number, begun: Record<number, number> = {}): Promise<string[][]> {
  const verified = new Map(Object.entries(begun).map(([group, number]) => [Number(group), { number }]))
  const pages: string[][] = []
  for (;;) {
    const { links, hasMore } = await database.db.transaction(sql => findNewLinks(sql, verified, atMost))
    for (const { orderingGroup, number } of links) verified.set(orderingGroup, { number })
    pages.push(links.map(({ orderingGroup, number }) => `${orderingGroup}:${number}`))
    if (!hasMore) return pages
  }
}

test('reads links in the order they were stored, whole steps, whatever their clocks say', async () => {
  await store(5, link(1, 1), link(2, 1))
  await store(4, link(1, 2))
  await store(5, link(1, 3), link(2, 2))
  expect(await readPages(1)).toEqual([['1:1', '2:1'], ['1:2'], ['1:3', '2:2']])
  expect(await readPages(3)).toEqual([
    ['1:1', '2:1', '1:2'],
    ['1:3', '2:2'],
  ])
  expect(await readPages(100)).toEqual([['1:1', '2:1', '1:2', '1:3', '2:2']])
  // One that was stored first was committed last, when what was stored behind it had been verified.
  expect(await readPages(1, { 1: 3 })).toEqual([['2:1', '2:2']])
  expect(await readPages(1, { 1: 3, 2: 2 })).toEqual([[]])
})

test('reads a step of more links than are read at first, and as many small steps as are wanted', async () => {
  const many = Array.from({ length: 200 }, (_, index) => link(index + 10, 1))
  await store(6, ...many)
  for (let number = 4; number < 104; number += 1) await store(number % 10, link(1, number))
  const pages = await readPages(50, { 1: 3, 2: 2 })
  expect(pages.map(page => page.length)).toEqual([200, 50, 50])
})
