import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { type Exchange, findDeviations } from '../support/contract/find-deviations.ts'
import { checkFunction, takeDeviations } from '../support/contract/under-contract.ts'

const GOOD: Exchange = {
  functionName: 'status',
  method: 'GET',
  path: '/api/v1/accounts/alice/balance',
  status: 200,
  headers: headers({}),
  text: body({}),
}

function headers(over: Record<string, string>): Headers {
  const usual = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  }
  return new Headers({ ...usual, ...over })
}

/** A balance, its members as they are written; one that is overridden with undefined is left out. */
function body(over: Record<string, string | undefined>): string {
  const members = {
    accountId: '"alice"',
    currency: '"USD"',
    balance: '999999999999999.9999',
    held: '0.00',
    available: 'null',
    pending: '10000000000000000.00',
    version: '3',
    asOf: '"2026-11-21T12:00:00.000Z"',
    ...over,
  }
  const written = Object.entries(members).filter(([, value]) => value !== undefined)
  return `{${written.map(([name, value]) => `"${name}":${value}`).join(',')}}`
}

function problem(code: string, status: number): string {
  return JSON.stringify({ type: `/errors#${code}`, title: code, status, code, message: 'No.' })
}

const PROBLEM = { 'content-type': 'application/problem+json' }
const AT = 'getBalance (GET /api/v1/accounts/alice/balance)'

test.each<[string, Partial<Exchange>]>([
  ['the answer that is described', {}],
  ['no such account', { status: 404, headers: headers(PROBLEM), text: problem('account_not_found', 404) }],
  [
    'an address of no function',
    { path: '/x', status: 404, headers: headers(PROBLEM), text: problem('not_found', 404) },
  ],
  [
    'another method, without a body as HEAD has none',
    { method: 'HEAD', status: 405, headers: headers({ ...PROBLEM, allow: 'GET' }), text: '' },
  ],
])('finds nothing wrong with %s', (_name, over) => {
  expect(findDeviations({ ...GOOD, ...over })).toEqual([])
})

test.each<[string, Partial<Exchange>, string]>([
  ['a status', { status: 418 }, `${AT} 418: the status is not described, only 200, 400, 401, `],
  ['a member', { text: body({ secret: '1' }) }, `${AT} 200 /secret: is not described`],
  [
    'a missing member',
    { text: body({ held: undefined }) },
    `${AT} 200 /: must have required property 'held'`,
  ],
  ['a type', { text: body({ held: '"0.00"' }) }, `${AT} 200 /held: must be number`],
  [
    'money of one decimal',
    { text: body({ held: '0.0' }) },
    `${AT} 200 /held: is not written as it should be`,
  ],
  [
    'money through a double',
    { text: body({ balance: '1e+21' }) },
    `${AT} 200 /balance: is not written as it should be`,
  ],
  ['a date', { text: body({ asOf: '"today"' }) }, `${AT} 200 /asOf: must match format "date-time"`],
  ['what is not JSON', { text: '<html>' }, `${AT} 200 /: is not JSON: <html>`],
  [
    'a content type',
    { headers: headers({ 'content-type': 'text/html' }) },
    `${AT} 200 header content-type: is text/html`,
  ],
  [
    'a header',
    { headers: headers({ 'cache-control': 'public' }) },
    `${AT} 200 header Cache-Control /: must be equal to`,
  ],
  [
    'a code that is not one of the operation',
    { status: 404, headers: headers(PROBLEM), text: problem('transaction_not_found', 404) },
    `${AT} 404 /code: must be equal to one of the allowed values (["account_not_found","not_found"])`,
  ],
  [
    'a missing Retry-After',
    { status: 503, headers: headers(PROBLEM), text: problem('unavailable', 503) },
    `${AT} 503 header Retry-After: is missing`,
  ],
  [
    'an operation',
    { path: '/api/v2/accounts' },
    'other-address (GET /api/v2/accounts) 200: the status is not described',
  ],
  ['the operation of another function', { functionName: 'worker' }, 'other-address'],
  [
    'a method',
    { method: 'PATCH' },
    'other-method (PATCH /api/v1/accounts/alice/balance) 200: the status is not',
  ],
  [
    'a body where there should be none',
    { functionName: 'worker', method: 'POST', path: '/', status: 204 },
    'callFunction (POST /) 204 /: there should be no body, not application/json {"accountId"',
  ],
])('names the operation, the status and the place of what deviates: %s', (_name, over, expected) => {
  const [first = ''] = findDeviations({ ...GOOD, ...over })
  expect(first.slice(0, expected.length)).toBe(expected)
})

test('sees what a fetch is answered from an address under contract, though the caller does not look', async () => {
  const server = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await fetch(`${url}/healthz`)
  expect(takeDeviations()).toEqual([])
  checkFunction('status', url)
  await fetch(`${url}/healthz`)
  expect(takeDeviations()).toContain('getHealth (GET /healthz) 200 header Cache-Control: is missing')
  server.close()
  server.closeAllConnections()
})
