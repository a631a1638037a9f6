import { expect, test } from '@jest/globals'
import { findAmountFault, splitMoney } from '../../../functions/console/page/money-text.ts'

test.each([
  ['0.00', '', ['0'], '.00'],
  ['999.9999', '', ['999'], '.9999'],
  ['1000.50', '', ['1', '000'], '.50'],
  ['-1234567.8901', '−', ['1', '234', '567'], '.8901'],
  ['999999999999999.9999', '', ['999', '999', '999', '999', '999'], '.9999'],
])('takes %s apart at its thousands', (text, sign, groups, fraction) => {
  expect(splitMoney(text)).toEqual({ sign, groups, fraction })
})

test.each(['1', '0.0001', '30.25', '999999999999999.9999'])('takes the amount %s', text => {
  expect(findAmountFault(text)).toBeUndefined()
})

test.each([
  ['', 'Enter an amount.'],
  ['0.0000', 'Enter an amount greater than 0.'],
  ['-1', 'Enter digits with a point, such as 30.25.'],
  ['1,50', 'Enter digits with a point, such as 30.25.'],
  ['1e3', 'Enter digits with a point, such as 30.25.'],
  ['1.', 'Enter digits with a point, such as 30.25.'],
  ['1.23456', 'At most four digits may follow the point.'],
  ['1000000000000000', 'At most 15 digits may stand before the point.'],
  ['01.50', 'Leave out the zeros at the front.'],
])('refuses the amount "%s"', (text, fault) => {
  expect(findAmountFault(text)).toBe(fault)
})
