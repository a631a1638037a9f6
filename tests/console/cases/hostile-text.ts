import { beforeAll, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { desk } from '../../support/console/desk.ts'
import { giveAccounts } from '../../support/console/give-accounts.ts'
import { makeDeadLetter } from '../../support/console/letters.ts'
import { goTo } from '../../support/console/open-console.ts'
import { seeHeading, seeState } from '../../support/console/see.ts'
import { sendIn } from '../../support/console/send-in.ts'

const IMAGE = '<img src=x onerror="globalThis.isHacked = true">'
const HOSTILE = [
  IMAGE,
  '<script>globalThis.isHacked = true</script>',
  'javascript:globalThis.isHacked=true',
  '"><svg onload=globalThis.isHacked=true>',
  '{{constructor.constructor("isHacked = true")()}}',
  '💸👩‍👩‍👧‍👦 \u202egnp.exe',
]
const ADDRESSES = [
  [
    '#/transactions/%3Cimg%20src=x%20onerror=globalThis.isHacked=true%3E',
    '<img src=x onerror=globalThis.isHacked=true>',
  ],
  ['#/accounts/javascript:alert(1)', 'javascript:alert(1)'],
  ['#/find/%22%3E%3Cscript%3EisHacked=1', '"><script>isHacked=1'],
  ['#/dead-letters/%3Csvg%20onload=1%3E', 'Dead letter <svg onload=1>'],
  ['#/%3Cimg%3E', 'No such screen'],
  ['#/find/%E0%A4%A', 'No such screen'],
] as const
const LONG_ID = 'W'.repeat(64)

beforeAll(async () => {
  await giveAccounts(desk(), { hester: '10', [LONG_ID]: '0' })
})

/** Whatever the text says: there is nothing but text, and links to the page's own screens. */
async function expectPlainText(page: Page): Promise<void> {
  expect(await page.evaluate('globalThis.isHacked')).toBeUndefined()
  expect(await page.locator('img, iframe, object, embed, svg[onload], #page script').count()).toBe(0)
  const links = await page.evaluate<string[]>(
    `[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))`,
  )
  expect(links.filter(href => !/^#\/|^#main$|^\/docs$/.test(href))).toEqual([])
}

test('looks for what is no id, and shows it as text', async () => {
  desk().provoke(/40[04].*\/api\/v1\//)
  const page = await desk().visit()
  for (const id of HOSTILE) {
    await page.getByRole('searchbox').fill(id)
    await page.getByRole('searchbox').press('Enter')
    await seeHeading(page, id)
    await page
      .getByRole('main')
      .getByText(/Nothing has this id|refused/)
      .first()
      .waitFor()
    await expectPlainText(page)
  }
})

test('opens addresses that somebody made up, as text', async () => {
  desk().provoke(/40[04].*\/api\/v1\//)
  const page = await desk().visit()
  for (const [address, title] of ADDRESSES) {
    await goTo(page, address)
    await seeHeading(page, title)
    await page
      .getByRole('main')
      .getByText(/Nothing has this id|Not found|refused|names nothing/)
      .first()
      .waitFor()
    await expectPlainText(page)
  }
})

test('shows metadata of a transaction as text', async () => {
  const metadata = Object.fromEntries(HOSTILE.map((text, index) => [`note ${index} ${IMAGE}`, text]))
  const request = {
    transactionId: LONG_ID,
    sourceAccountId: 'hester',
    destinationAccountId: LONG_ID,
    amount: '1',
  }
  await sendIn(desk(), { ...request, metadata })
  const page = await desk().visit({ at: `/transactions/${LONG_ID}` })
  await seeState(page, 'COMPLETED')
  const [shown = ''] = await page.getByRole('region', { name: 'Metadata' }).allInnerTexts()
  expect(JSON.parse(shown)).toEqual(metadata)
  await expectPlainText(page)
})

test.each([
  ['what is not JSON', `${IMAGE}${HOSTILE.join('\n')}`],
  ['an event with an id that is none', JSON.stringify({ transactionId: IMAGE, note: HOSTILE })],
])('shows the payload of a dead letter as text: %s', async (_what, payload) => {
  const { deadLetterId } = await makeDeadLetter(desk(), payload)
  const page = await desk().visit({ at: '/dead-letters' })
  await page.getByRole('link', { name: `#${deadLetterId}` }).waitFor()
  await expectPlainText(page)
  await goTo(page, `/dead-letters/${deadLetterId}`)
  const payloadOf = page.getByRole('region', { name: 'Payload' })
  await payloadOf.waitFor()
  const [shown = ''] = await payloadOf.allInnerTexts()
  expect(shown.replaceAll(/\s/g, '')).toBe(payload.replaceAll(/\s/g, ''))
  await expectPlainText(page)
})

test('shows the name in a token as text', async () => {
  const page = await desk().visit({ as: { sub: IMAGE } })
  await page.getByText(IMAGE, { exact: true }).first().click()
  await expectPlainText(page)
})
