import { expect, test } from '@jest/globals'
import {
  canParseExact,
  indentExact,
  indentMember,
  parseExact,
} from '../../../functions/console/page/parse-exact.ts'

test('keeps money as the digits that were sent, and what is counted as numbers', () => {
  expect(
    parseExact('{"balance":999999999999999.9999,"available":-0.10,"pending":1.00,"version":17}'),
  ).toEqual({ balance: '999999999999999.9999', available: '-0.10', pending: '1.00', version: 17 })
})

test('leaves money that is unlimited null', () => {
  expect(parseExact('{"available":null,"pending":null}')).toEqual({ available: null, pending: null })
})

test('leaves the backlog of figures as it is', () => {
  const text = '{"pending":{"transactions":3,"oldestSeconds":0.2}}'
  expect(parseExact(text)).toEqual(JSON.parse(text))
})

test('indents a payload without changing a digit', () => {
  expect(indentExact('{"amount":10.5000,"id":12345678901234567890.10,"exponent":1e2}')).toBe(
    '{\n  "amount": 10.5000,\n  "id": 12345678901234567890.10,\n  "exponent": 1e2\n}',
  )
})

test('does not indent what is no JSON', () => {
  expect(indentExact('{not json')).toBeUndefined()
})

test("shows a caller's own numbers as they were sent, those in money's members too", () => {
  expect(indentMember('{"amount":1.00,"metadata":{"amount":2.50,"vat":1.10}}', 'metadata')).toBe(
    '{\n  "amount": 2.50,\n  "vat": 1.10\n}',
  )
  expect(indentMember('{"amount":1.00}', 'metadata')).toBeUndefined()
})

test('knows an engine that tells the digits', () => {
  expect(canParseExact()).toBe(true)
})
