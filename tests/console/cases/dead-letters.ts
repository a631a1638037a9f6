import { beforeAll, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { desk } from '../../support/console/desk.ts'
import { giveAccounts } from '../../support/console/give-accounts.ts'
import { makeDeadLetter, readLetter } from '../../support/console/letters.ts'
import { seeHeading, seeState } from '../../support/console/see.ts'
import { sendIn } from '../../support/console/send-in.ts'
import { until } from '../../support/until.ts'

beforeAll(async () => {
  await giveAccounts(desk(), { dora: '100.00', dan: '0' })
})

const dialogOf = (page: Page) => page.getByRole('dialog')
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

/** What the page asks to be changed, so that a test can say that it was nothing. */
function hearPosts(page: Page): readonly string[] {
  const posts: string[] = []
  page.on('request', request => request.method() === 'POST' && posts.push(new URL(request.url()).pathname))
  return posts
}

test('replays an event that came before its parent, once the parent is there', async () => {
  const capture = { transactionId: 'capture-1', type: 'capture', parentTransactionId: 'hold-1' }
  const { deadLetterId: id } = await makeDeadLetter(desk(), JSON.stringify({ ...capture, amount: '5.00' }))
  const [sourceAccountId, destinationAccountId] = ['dora', 'dan']
  const hold = { transactionId: 'hold-1', type: 'hold', sourceAccountId, destinationAccountId, amount: '5' }
  await sendIn(desk(), hold)

  const page = await desk().visit()
  await page.getByRole('link', { name: 'Dead letters', exact: true }).click()
  await page.getByRole('link', { name: `#${id}` }).click()
  await seeHeading(page, 'Unknown parent')
  await press(page, 'Replay…')
  await dialogOf(page).getByRole('button', { name: 'Replay' }).click()
  await seeState(page, 'REPLAYED')
  expect(await dialogOf(page).isVisible()).toBe(false)
  expect(await page.getByRole('button', { name: 'Replay…' }).count()).toBe(0)
  expect(await readLetter(desk(), id)).toMatchObject({ state: 'REPLAYED', resolution: { by: 'developer' } })
  await until('the capture has moved the money', async () => {
    const { body } = await desk().call('GET', '/api/v1/accounts/dan/balance')
    return body['balance'] === 5
  })
})

test('discards a dead letter with a reason, after asking', async () => {
  const { deadLetterId: id } = await makeDeadLetter(desk(), '{"not": JSON')
  const page = await desk().visit({ at: `/dead-letters/${id}` })
  await seeHeading(page, 'Not JSON')
  const posts = hearPosts(page)
  await press(page, 'Discard…')
  await dialogOf(page).getByRole('button', { name: 'Discard' }).click()
  await dialogOf(page).getByText('Say why').waitFor()
  expect(posts).toEqual([])

  await dialogOf(page).getByLabel('Reason').fill('Sent by a broken <b>export</b>.')
  await dialogOf(page).getByRole('button', { name: 'Discard' }).click()
  await seeState(page, 'DISCARDED')
  await page.getByText('Sent by a broken <b>export</b>.', { exact: true }).waitFor()
  expect(posts).toEqual([`/api/v1/dead-letters/${id}/discard`])
  expect(await readLetter(desk(), id)).toMatchObject({
    state: 'DISCARDED',
    resolution: { reason: 'Sent by a broken <b>export</b>.', by: 'developer' },
  })
})

test('changes nothing when it is called off', async () => {
  const { deadLetterId: id } = await makeDeadLetter(desk(), '{"transactionId": "no-amount"}')
  const page = await desk().visit({ at: `/dead-letters/${id}` })
  const posts = hearPosts(page)
  for (const action of ['Replay…', 'Discard…']) {
    await press(page, action)
    await dialogOf(page).getByRole('button', { name: 'Cancel' }).click()
    await dialogOf(page).waitFor({ state: 'hidden' })
  }
  await seeState(page, 'OPEN')
  expect(posts).toEqual([])
  expect(await readLetter(desk(), id)).toMatchObject({ state: 'OPEN' })
})

test('shows what came of a dead letter that somebody else has settled meanwhile', async () => {
  const { deadLetterId: id } = await makeDeadLetter(desk(), '{"transactionId": "settled-by-another"}')
  const page = await desk().visit({ at: `/dead-letters/${id}` })
  await press(page, 'Replay…')
  await desk().call('POST', `/api/v1/dead-letters/${id}/discard`, { reason: 'by another operator' })
  desk().provoke(/409.*\/replay/)
  await dialogOf(page).getByRole('button', { name: 'Replay' }).click()
  await dialogOf(page).getByRole('alert').waitFor()
  expect(await readLetter(desk(), id)).toMatchObject({ state: 'DISCARDED' })
})

test('copies the payload of a dead letter, and says so', async () => {
  const { deadLetterId: id } = await makeDeadLetter(desk(), '{"copied": JSON')
  const window = { permissions: ['clipboard-read', 'clipboard-write'] }
  const page = await desk().visit({ at: `/dead-letters/${id}`, window })
  await press(page, 'Copy the payload')
  await page.getByText('Copied the payload.').waitFor({ state: 'attached' })
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('{"copied": JSON')
})
