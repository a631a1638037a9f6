import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formatMoney, MAX_MONEY, parseMoney } from '../../../lib/ledger/money.ts'

test.each([
  ['0', 0n],
  ['1000.50', 10_005_000n],
  ['0.0001', 1n],
  ['-3', -30_000n],
  ['999999999999999.9999', MAX_MONEY],
])('reads %s exactly', (text, money) => {
  expect(parseMoney(text)).toBe(money)
})

test.each([
  '',
  '.5',
  '5.',
  '1e3',
  '+1',
  ' 1',
  '1 ',
  '1,000',
  'NaN',
  'Infinity',
  '0x10',
  '1.00001',
  '1234567890123456',
  '--1',
])('refuses %p, which is no plain decimal of at most 15.4 digits', text => {
  expect(parseMoney(text)).toBeUndefined()
})

test.each([
  [0n, '0.00'],
  [10_005_000n, '1000.50'],
  [1n, '0.0001'],
  [-1n, '-0.0001'],
  [120n, '0.012'],
  [-10_000n, '-1.00'],
])('writes %s as %s', (money, text) => {
  expect(formatMoney(money)).toBe(text)
})

test('reads back every amount it writes', () => {
  fc.assert(fc.property(fc.bigInt(-MAX_MONEY, MAX_MONEY), money => parseMoney(formatMoney(money)) === money))
})
