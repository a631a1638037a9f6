import { beforeAll, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { desk } from '../../support/console/desk.ts'
import { giveAccounts } from '../../support/console/give-accounts.ts'
import { seeFocus, tabTo } from '../../support/console/keys.ts'
import { makeDeadLetter, readLetter } from '../../support/console/letters.ts'
import { seeBalance, seeHeading, seeState } from '../../support/console/see.ts'

beforeAll(async () => {
  await giveAccounts(desk(), { kim: '100', kay: '0' })
})

const headingOf = (page: Page) => page.getByRole('heading', { level: 1 })

test('sends a whole test transfer with keys alone', async () => {
  const page = await desk().visit()
  const { keyboard } = page
  await tabTo(page, page.getByRole('link', { name: 'Test transfer' }))
  await keyboard.press('Enter')
  await seeHeading(page, 'Test transfer')
  await seeFocus(page, headingOf(page))
  for (const [label, text] of [
    ['From account', 'kim'],
    ['To account', 'kay'],
    ['Amount', '12.5'],
  ] as const) {
    await tabTo(page, page.getByLabel(label))
    await keyboard.type(text)
  }
  await tabTo(page, page.getByRole('button', { name: 'Send transfer' }))
  await keyboard.press('Enter')
  await seeState(page, 'COMPLETED')
  await seeFocus(page, headingOf(page))
})

test('discards a dead letter with keys alone', async () => {
  const { deadLetterId: id } = await makeDeadLetter(desk(), '{"transactionId": "bad"}')
  const page = await desk().visit()
  const { keyboard } = page
  await tabTo(page, page.getByRole('navigation').getByRole('link', { name: 'Dead letters' }))
  await keyboard.press('Enter')
  await page.getByRole('link', { name: `#${id}` }).waitFor()
  await tabTo(page, page.getByRole('link', { name: `#${id}` }))
  await keyboard.press('Enter')
  await seeState(page, 'OPEN')
  await seeFocus(page, headingOf(page))
  await tabTo(page, page.getByRole('button', { name: 'Discard…' }))
  await keyboard.press('Enter')
  await seeFocus(page, page.getByLabel('Reason'))
  await keyboard.type('no such sender')
  await tabTo(page, page.getByRole('button', { name: 'Discard', exact: true }))
  await keyboard.press('Enter')
  await seeState(page, 'DISCARDED')
  expect(await readLetter(desk(), id)).toMatchObject({ resolution: { reason: 'no such sender' } })
})

test('closes a dialog with Escape, and is back where it was opened', async () => {
  const { deadLetterId: id } = await makeDeadLetter(desk(), '{"transactionId": "kept"}')
  const page = await desk().visit({ at: `/dead-letters/${id}` })
  for (const name of ['Replay…', 'Discard…']) {
    const button = page.getByRole('button', { name })
    await button.waitFor()
    await button.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await seeFocus(page, button)
  }
  expect(await readLetter(desk(), id)).toMatchObject({ state: 'OPEN' })
})

test('finds with / from wherever the focus is, and writes a / where one writes', async () => {
  const page = await desk().visit()
  desk().provoke(/404.*\/transactions\//)
  const search = page.getByRole('searchbox')
  await page.keyboard.press('/')
  await seeFocus(page, search)
  await page.keyboard.type('a/b')
  expect(await search.inputValue()).toBe('a/b')
  await search.fill('')
  await page.keyboard.type('kim')
  await page.keyboard.press('Enter')
  await seeBalance(page, '87.50 USD')
  await seeFocus(page, headingOf(page))
  await page.keyboard.press('/')
  await page.keyboard.press('Escape')
  await seeFocus(page, page.getByRole('main'))
})

test('leads past what is the same on every screen', async () => {
  const page = await desk().visit()
  await page.keyboard.press('Tab')
  await seeFocus(page, page.getByRole('link', { name: 'Skip to content' }))
  await page.keyboard.press('Enter')
  await seeFocus(page, page.getByRole('main'))
  expect(new URL(page.url()).hash).toBe('#/')
})

test('closes what the token allows with Escape', async () => {
  const page = await desk().visit()
  const menu = page.locator('details.who summary')
  await tabTo(page, menu)
  await page.keyboard.press('Enter')
  await page.locator('.who-panel').waitFor()
  await page.keyboard.press('Escape')
  await page.locator('.who-panel').waitFor({ state: 'hidden' })
  await seeFocus(page, menu)
})
