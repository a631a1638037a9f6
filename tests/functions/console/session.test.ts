import { expect, test } from '@jest/globals'
import { hasEnded, may, readSession, tokenInAddress } from '../../../functions/console/page/session.ts'

function tokenOf(claims: unknown): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`
}

const NOON = new Date('2026-11-22T12:00:00Z')

test('reads who is signed in, until when and what is allowed', () => {
  const session = readSession(tokenOf({ sub: 'Åsa ✓', exp: NOON.getTime() / 1000, scope: 'read ops' }))
  expect(session).toMatchObject({ subject: 'Åsa ✓', expiresAt: NOON, scopes: new Set(['read', 'ops']) })
  if (session === undefined) return
  expect([may(session, 'ops'), may(session, 'transactions:write')]).toEqual([true, false])
})

test('allows nothing where the token says nothing', () => {
  expect(readSession(tokenOf({ sub: 'asha' }))?.scopes).toEqual(new Set())
})

test.each(['', 'rubbish', 'a.b', 'a.!.c', tokenOf(null), tokenOf({ scope: 'read' })])(
  'takes "%s" for no token',
  token => {
    expect(readSession(token)).toBeUndefined()
  },
)

test('ends with its token, to the second', () => {
  const session = readSession(tokenOf({ sub: 'asha', exp: NOON.getTime() / 1000 }))
  if (session === undefined) throw new Error('It is a token.')
  expect(hasEnded(session, new Date(NOON.getTime() - 1))).toBe(false)
  expect(hasEnded(session, NOON)).toBe(true)
})

test('takes a token out of an address, and nothing else for one', () => {
  expect(tokenInAddress('#token=a.b.c')).toBe('a.b.c')
  expect(tokenInAddress('#/accounts/alice')).toBeUndefined()
  expect(tokenInAddress('')).toBeUndefined()
})
