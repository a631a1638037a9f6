import { beforeAll, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { desk } from '../../support/console/desk.ts'
import { giveAccounts } from '../../support/console/give-accounts.ts'
import { makeDeadLetter, readLetter } from '../../support/console/letters.ts'
import { goTo } from '../../support/console/open-console.ts'
import { seeBalance, seeHeading } from '../../support/console/see.ts'

const NOT_OPS = 'transactions:write accounts:write read all'

let letterId: number
beforeAll(async () => {
  await desk().call('POST', '/api/v1/users', { userId: 'carol', name: 'Carol' })
  await giveAccounts(desk(), { 'carols-own': '7' }, 'carol')
  await giveAccounts(desk(), { 'of-nobody': '7' })
  letterId = (await makeDeadLetter(desk(), '{"transactionId": "bad"}')).deadLetterId
})

const screensOf = (page: Page) =>
  page.getByRole('navigation', { name: 'Screens' }).getByRole('link').allInnerTexts()
const notAllowed = (page: Page) => page.getByText('Your token does not allow this').waitFor()

/** Calls the API as the page could, with the token that it keeps. */
const callWithin = (page: Page, method: string, path: string) =>
  page.evaluate<number>(
    `fetch('${path}', { method: '${method}', headers: { authorization: 'Bearer ' + sessionStorage.getItem('settle.token') } })
      .then(({ status }) => status)`,
  )

test('shows an operator every screen', async () => {
  const page = await desk().visit()
  expect(await screensOf(page)).toEqual(['Overview', 'Dead letters', 'Test transfer'])
})

test('shows neither figures nor dead letters nor a way to replay them without the scope ops', async () => {
  const page = await desk().visit({ as: { scope: NOT_OPS } })
  expect(await screensOf(page)).toEqual(['Overview', 'Test transfer'])
  const asked: string[] = []
  page.on('request', request => asked.push(new URL(request.url()).pathname))
  for (const [at, title] of [
    ['/', 'Overview'],
    ['/dead-letters', 'Dead letters'],
    [`/dead-letters/${letterId}`, 'Dead letter'],
  ] as const) {
    await goTo(page, at)
    await seeHeading(page, title)
    await notAllowed(page)
    expect(await page.getByRole('button', { name: /Replay|Discard/ }).count()).toBe(0)
  }
  expect(asked).toEqual([])
})

test('answers 403 to whoever calls all the same what takes the scope ops', async () => {
  desk().provoke(/403/)
  const page = await desk().visit({ as: { scope: NOT_OPS } })
  const statuses = await Promise.all([
    callWithin(page, 'GET', '/api/v1/figures'),
    callWithin(page, 'GET', '/api/v1/dead-letters'),
    callWithin(page, 'GET', `/api/v1/dead-letters/${letterId}`),
    callWithin(page, 'POST', `/api/v1/dead-letters/${letterId}/replay`),
    callWithin(page, 'POST', `/api/v1/dead-letters/${letterId}/discard`),
  ])
  expect(statuses).toEqual([403, 403, 403, 403, 403])
  expect(await readLetter(desk(), letterId)).toMatchObject({ state: 'OPEN' })
})

test('shows no test transfer to one who may only read, and takes none', async () => {
  desk().provoke(/403.*process/)
  const page = await desk().visit({ as: { scope: 'read all' } })
  expect(await screensOf(page)).toEqual(['Overview'])
  await goTo(page, '/test-transfer')
  await notAllowed(page)
  expect(await page.getByRole('button', { name: 'Send transfer' }).count()).toBe(0)
  expect(await callWithin(page, 'POST', '/api/v1/transactions/process')).toBe(403)
})

test('shows one without the scope all the own accounts, and of others not even whether they are there', async () => {
  desk().provoke(/404.*accounts/)
  const page = await desk().visit({ as: { sub: 'carol', scope: 'read' }, at: '/accounts/carols-own' })
  await seeBalance(page, '7.00 USD')
  for (const other of ['of-nobody', 'nowhere']) {
    await goTo(page, `/accounts/${other}`)
    await seeHeading(page, other)
    await page.getByRole('alert').first().waitFor()
    // Its place, with no money in it, is there until the account itself is refused; the history may be before that.
    await page.locator('[data-balance]').waitFor({ state: 'detached' })
    expect(await page.getByText('USD').count()).toBe(0)
  }
})

test('says who is signed in, and what the token allows', async () => {
  const page = await desk().visit({ as: { sub: 'carol', scope: 'read' } })
  await page.getByText('carol', { exact: true }).first().click()
  expect(await page.locator('.scopes .allowed code').allInnerTexts()).toEqual(['read'])
  expect(await page.locator('.scopes .denied code').allInnerTexts()).toEqual([
    'transactions:write',
    'accounts:write',
    'ops',
    'all',
  ])
})
