import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { PROBLEMS } from '../../lib/http/problem.ts'
import { REJECTIONS } from '../../lib/ledger/rejection.ts'
import { DEAD_LETTER_STATES } from '../../lib/mysql/dead-letter-record.ts'
import { DEAD_LETTER_REASONS } from '../../lib/mysql/insert-dead-letters.ts'

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
const openapi = parse(readFileSync(new URL('../../docs/openapi.yaml', import.meta.url), 'utf8'))

/** The first cells of a table's rows, with the second where it is a number. */
function tableUnder(heading: string): string[] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const rows = [...section.matchAll(/^\| `(\w+)` \| (\d*)/gm)]
  return rows.map(([, code, status]) => (status === '' ? `${code}` : `${code} ${status}`))
}

test('docs/errors.md, Answers: every answer of lib/http/problem.ts with its status, and no other', () => {
  expect(tableUnder('Answers').sort()).toEqual(
    Object.entries(PROBLEMS)
      .map(entry => entry.join(' '))
      .sort(),
  )
})

test('docs/errors.md, Reasons: every one of lib/ledger/rejection.ts in its precedence, and no other', () => {
  expect(tableUnder('Reasons')).toEqual([...REJECTIONS, 'dead_lettered'])
})

test('docs/openapi.yaml, Reason: the same, in the same order', () => {
  expect(openapi.components.schemas.Reason.enum).toEqual([...REJECTIONS, 'dead_lettered'])
})

test('docs/openapi.yaml and docs/errors.md have the reasons and states of dead letters of lib/mysql', () => {
  const { DeadLetterReason, DeadLetterState } = openapi.components.schemas
  expect(DeadLetterReason.enum).toEqual(DEAD_LETTER_REASONS)
  expect(DeadLetterState.enum).toEqual(DEAD_LETTER_STATES)
  const section = page.split('## Dead letters\n')[1] ?? ''
  expect(DEAD_LETTER_REASONS.filter(reason => !section.includes(`\`${reason}\``))).toEqual([])
})
