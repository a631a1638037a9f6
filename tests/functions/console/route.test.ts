import { expect, test } from '@jest/globals'
import { addressOf, parseRoute } from '../../../functions/console/page/route.ts'

test.each([
  ['', { screen: 'overview' }],
  ['#/', { screen: 'overview' }],
  ['#/test-transfer', { screen: 'test-transfer' }],
  ['#/dead-letters', { screen: 'dead-letters', state: undefined }],
  ['#/dead-letters?state=OPEN', { screen: 'dead-letters', state: 'OPEN' }],
  ['#/dead-letters?state=open', { screen: 'dead-letters', state: undefined }],
  ['#/dead-letters/17', { screen: 'dead-letter', id: '17' }],
  ['#/accounts/world%3AUSD', { screen: 'account', id: 'world:USD' }],
  ['#/accounts', { screen: 'nowhere' }],
  ['#/accounts/a/b', { screen: 'nowhere' }],
  ['#/accounts/%', { screen: 'nowhere' }],
  ['#/bananas/1', { screen: 'nowhere' }],
])('reads %s', (hash, route) => {
  expect(parseRoute(hash)).toEqual(route)
})

test.each(['rent-1', 'replay:order-1001', 'a.b_c:d@e+f=g-h', '?#/%'])('finds the way back to %s', id => {
  expect(parseRoute(addressOf.transaction(id))).toEqual({ screen: 'transaction', id })
  expect(parseRoute(addressOf.account(id))).toEqual({ screen: 'account', id })
  expect(parseRoute(addressOf.find(id))).toEqual({ screen: 'find', id })
})
