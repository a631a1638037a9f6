import { expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { desk } from '../../support/console/desk.ts'
import { seeHeading } from '../../support/console/see.ts'
import { callerClaims, signAsIssuer, signWithOtherKey } from '../../support/forge-token.ts'

const stored = async (page: Page) =>
  JSON.stringify(await page.evaluate('[{...sessionStorage}, {...localStorage}]'))
const signedBy = (claims: Parameters<typeof callerClaims>[0]) =>
  signAsIssuer(desk().keyFolder, 'caller-key.json', callerClaims(claims))

async function signInWith(page: Page, token: string): Promise<void> {
  await page.getByLabel('Bearer token').fill(token)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

test('takes the token out of the address at once, and out of the history', async () => {
  const page = await desk().visit({ as: { sub: 'olga' } })
  expect(new URL(page.url()).hash).toBe('#/')
  await page.getByText('olga', { exact: true }).first().waitFor()
  await page.getByRole('link', { name: 'Test transfer' }).click()
  await seeHeading(page, 'Test transfer')
  await page.goBack()
  expect(page.url()).not.toContain('token')
})

test('signs in with a token that is pasted, with or without its first word', async () => {
  const page = await desk().visitUnsigned()
  await signInWith(page, `Bearer ${await desk().token({ sub: 'paul' })} `)
  await seeHeading(page, 'Overview')
  await page.getByText('paul', { exact: true }).first().waitFor()
})

test('stays signed in over a reload, and forgets the token when told to', async () => {
  const page = await desk().visit({ at: '/test-transfer' })
  await page.reload()
  await seeHeading(page, 'Test transfer')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await seeHeading(page, 'Sign in')
  expect(await stored(page)).toBe('[{},{}]')
  await page.reload()
  await seeHeading(page, 'Sign in')
})

test('keeps the token for this tab alone', async () => {
  const page = await desk().visit()
  expect(await page.evaluate('localStorage.length + document.cookie.length')).toBe(0)
  const other = await page.context().newPage()
  await other.goto(desk().url)
  await seeHeading(other, 'Sign in')
})

test.each([
  ['what is no token', () => 'rubbish', /That is no token/],
  ['a token that has ended', () => signedBy({ exp: 1_700_000_000 }), /That token has ended/],
])('refuses %s, says why, and asks nobody', async (_what, make, reason) => {
  const page = await desk().visitUnsigned()
  const asked: string[] = []
  page.on('request', request => asked.push(request.url()))
  await signInWith(page, await make())
  await page.getByRole('alert').filter({ hasText: reason }).waitFor()
  expect(asked).toEqual([])
  expect(await stored(page)).toBe('[{},{}]')
})

test('leads back to the sign-in, with the reason, when the functions do not take the token', async () => {
  desk().provoke(/401.*\/api\/v1\//)
  const page = await desk().visitUnsigned()
  await signInWith(page, await signWithOtherKey(callerClaims()))
  await page.getByRole('alert').filter({ hasText: 'Sign in again.' }).waitFor()
  await seeHeading(page, 'Sign in')
  expect(await stored(page)).toBe('[{},{}]')
})

test('leads back to the sign-in when the token ends, and says so', async () => {
  const page = await desk().visit({ as: await signedBy({ exp: Math.ceil(Date.now() / 1000) + 3 }) })
  await page.getByRole('alert').filter({ hasText: 'Your token has ended.' }).waitFor()
  await seeHeading(page, 'Sign in')
  expect(await stored(page)).toBe('[{},{}]')
})
