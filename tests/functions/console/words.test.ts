import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { wordsOf } from '../../../functions/console/page/dead-letter.ts'
import { LETTER_STATES } from '../../../functions/console/page/route.ts'
import { explainReason } from '../../../functions/console/page/transaction.ts'

const { schemas } = parse(readFileSync('docs/openapi.yaml', 'utf8')).components as {
  schemas: Readonly<Record<string, { readonly enum: readonly string[] }>>
}
const valuesOf = (schema: string): readonly string[] => schemas[schema]?.enum ?? []

test('explains every reason for which a transaction can fail', () => {
  expect(valuesOf('Reason').length).toBeGreaterThan(10)
  expect(valuesOf('Reason').filter(reason => explainReason(reason).includes(reason))).toEqual([])
})

test('explains every reason of a dead letter', () => {
  expect(valuesOf('DeadLetterReason').length).toBeGreaterThan(5)
  expect(valuesOf('DeadLetterReason').filter(reason => wordsOf(reason).title === reason)).toEqual([])
})

test('filters by every state of a dead letter', () => {
  expect(LETTER_STATES).toEqual(valuesOf('DeadLetterState'))
})
