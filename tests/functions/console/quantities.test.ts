import { expect, test } from '@jest/globals'
import {
  countOf,
  formatRate,
  formatSeconds,
  formatShare,
} from '../../../functions/console/page/quantities.ts'

test.each([
  [0, '0 ms'],
  [0.0004, '0.4 ms'],
  [0.0095, '10 ms'],
  [0.012, '12 ms'],
  [0.9994, '999 ms'],
  [0.9996, '1.0 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [45.2, '45 s'],
  [119.6, '2 min'],
  [7199, '2 h'],
  [86_400 * 3, '3 days'],
])('says %p seconds as %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text)
})

test.each([
  [0, '0'],
  [0.5, '0.5'],
  [12.4, '12'],
  [4321, '4,321'],
])('says a rate of %p as %s', (rate, text) => {
  expect(formatRate(rate)).toBe(text)
})

test.each([
  [1, '100 %'],
  [0.99999, '99.9 %'],
  [0.5, '50.0 %'],
  [0.00001, '0.1 %'],
  [0, '0 %'],
])('says a share of %p as %s', (share, text) => {
  expect(formatShare(share)).toBe(text)
})

test('counts one without a plural', () => {
  expect([countOf(1, 'fault'), countOf(2, 'fault'), countOf(0, 'fault')]).toEqual([
    '1 fault',
    '2 faults',
    '0 faults',
  ])
})
