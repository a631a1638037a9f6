import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { parseJson, parseJsonVerbatim } from '../../../lib/http/json.ts'

const MONEY_SCHEMAS = ['Money', 'Amount', 'Limit'].map(name => `#/components/schemas/${name}`)

/** The members of all schemas of the API that are money, however deep the reference is. */
function moneyMembers(): string[] {
  const document = parse(readFileSync(new URL('../../../docs/openapi.yaml', import.meta.url), 'utf8'))
  const found = new Set<string>()
  const visit = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return
    for (const [name, schema] of Object.entries((node as { properties?: object }).properties ?? {})) {
      if (MONEY_SCHEMAS.some(reference => JSON.stringify(schema).includes(`"$ref":"${reference}"`))) {
        found.add(name)
      }
    }
    for (const child of Object.values(node)) visit(child)
  }
  visit(document.components.schemas)
  return [...found]
}

test('money is kept digit for digit in every member that docs/openapi.yaml says is money: MONEY_MEMBERS has them all', () => {
  const members = moneyMembers()
  expect(members).toEqual(expect.arrayContaining(['amount', 'balance', 'capturedAmount']))
  const inexact = members.filter(member => {
    const text = `{"${member}":999999999999999.9999}`
    const isText = Object.is((parseJson(text) as Record<string, unknown>)[member], '999999999999999.9999')
    return !isText || JSON.stringify(parseJsonVerbatim(text)) !== text
  })
  expect(inexact).toEqual([])
})

test.each([
  ['{"amount": 1.10}', { amount: '1.10' }],
  ['{"amount"\n:\n1.10}', { amount: '1.10' }],
  ['{"amount":-1.10}', { amount: '-1.10' }],
  ['{"note":"\\"","amount":1.10}', { note: '"', amount: '1.10' }],
  ['[[1],{"held":0.10}]', [[1], { held: '0.10' }]],
])('a number is found wherever it stands: %j', (text, value) => {
  expect(parseJson(text)).toEqual(value)
})

test.each([
  '{"metadata":{"rates":[ 1.10]}}',
  '{"metadata":{"deep":[["a", 1.10]]}}',
  '{"metadata":{"rate": -0.10}}',
])('a number in metadata is written again digit for digit: %j', text => {
  expect(JSON.stringify(parseJson(text))).toBe(text.replaceAll(' ', ''))
})
