import { beforeAll, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { desk } from '../../support/console/desk.ts'
import { giveAccounts } from '../../support/console/give-accounts.ts'
import { type Letter, makeDeadLetter } from '../../support/console/letters.ts'
import { allFinal } from '../../support/ledger.ts'
import { until } from '../../support/until.ts'

/** More than the page asks for at a time, which is 25. */
const MANY = 27

beforeAll(async () => {
  await giveAccounts(desk(), { ursula: '100.00', ugo: '0' })
})

const rowsOf = (page: Page) => page.locator('tbody').getByRole('row')
const showMore = (page: Page) => page.getByRole('button', { name: 'Show more' })

test('shows what an account did further back, when asked for more', async () => {
  const transactions = Array.from({ length: MANY }, (_, index) => ({
    transactionId: `many-${index}`,
    sourceAccountId: 'ursula',
    destinationAccountId: 'ugo',
    amount: '0.01',
  }))
  expect((await desk().call('POST', '/api/v1/transactions/batch', { transactions })).status).toBe(202)
  await allFinal(desk().database.db)
  const page = await desk().visit({ at: '/accounts/ugo' })
  await showMore(page).waitFor()
  expect(await rowsOf(page).count()).toBe(25)
  await showMore(page).click()
  await showMore(page).waitFor({ state: 'hidden' })
  expect(await rowsOf(page).count()).toBe(MANY)
})

test('shows dead letters further back, when asked for more', async () => {
  const events = Array.from({ length: MANY }, (_, index) => ({ transactionId: `flawed-${index}` }))
  await makeDeadLetter(desk(), JSON.stringify(events))
  const listed = async () => {
    const { body } = await desk().call('GET', '/api/v1/dead-letters?limit=100')
    return (body['deadLetters'] as Letter[]).map(({ deadLetterId }) => `#${deadLetterId}`)
  }
  await until('all are kept', async () => (await listed()).length >= MANY)
  const page = await desk().visit({ at: '/dead-letters' })
  await showMore(page).click()
  const shown = () =>
    page
      .locator('tbody a .faint')
      .filter({ hasText: /^#\d+$/ })
      .allInnerTexts()
  await until('the second page is there', async () => (await shown()).length > 25)
  expect(await shown()).toEqual((await listed()).slice(0, 50))
})
