import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { BREAKS } from '../simulation/break.ts'

const PAGE = readFileSync(new URL('../../docs/protocols.md', import.meta.url), 'utf8')

/** The protocols of the page, by their headings, with what is said to see each broken. */
function proofsOf(page: string): Map<string, string> {
  const sections = page.split(/^## /m).slice(1)
  return new Map(
    sections.map(section => [section.split('\n')[0] ?? '', section.split('**Seen broken by**')[1] ?? '']),
  )
}

/** The safeguards that a page says the simulation takes out. */
function breaksOf(page: string): string[] {
  const said = [...proofsOf(page).values()].join('\n')
  return [...new Set([...said.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, name = '']) => name))].sort()
}

test('docs/protocols.md says which protocol each safeguard is of that the simulation takes out', () => {
  expect(breaksOf(PAGE)).toEqual(Object.keys(BREAKS).sort())
})

test('docs/protocols.md lists its protocols, and says of each what would see it broken', () => {
  const listed = [...PAGE.matchAll(/^\| \[([^\]]+)\]/gm)].map(([, name = '']) => name)
  const proofs = proofsOf(PAGE)
  expect([...proofs.keys()].map(name => name.toLowerCase())).toEqual(listed)
  expect([...proofs].filter(([, seen]) => !seen.includes('`tests/'))).toEqual([])
})

test('sees a safeguard that is not named, and one that there is not', () => {
  expect(breaksOf(PAGE.replaceAll('no-outbox', 'no-outboxes'))).toEqual(
    expect.arrayContaining(['no-outboxes']),
  )
  expect(breaksOf(PAGE.replaceAll('no-outbox', 'none'))).not.toContain('no-outbox')
})
