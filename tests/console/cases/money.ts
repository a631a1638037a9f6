import { beforeAll, expect, test } from '@jest/globals'
import { desk } from '../../support/console/desk.ts'
import { sendTransfer } from '../../support/console/fill.ts'
import { giveAccounts } from '../../support/console/give-accounts.ts'
import { isKept, markPage, seeBalance, seeHeading, seeLive, seeState } from '../../support/console/see.ts'

/** All the digits that a balance can have; a double has two fewer. */
const MOST_DIGITS = '123456789012345.6789'

beforeAll(async () => {
  await giveAccounts(desk(), {
    alice: '100.00',
    bob: '0',
    carla: '12.25',
    erin: '0',
    twin: '1.00',
    vault: MOST_DIGITS,
  })
})

test('shows a transfer that is sent from the page move to completed, step by step', async () => {
  const page = await desk().visit({ at: '/test-transfer' })
  await markPage(page)
  await sendTransfer(page, { from: 'alice', to: 'bob', amount: '30.25' })
  await seeState(page, 'COMPLETED')
  await page.locator('.timeline .step.done >> nth=5').waitFor()
  const titles = await page.locator('.timeline .step-title').allInnerTexts()
  // Consumers are told and the cache is written at the same time.
  expect(titles.map(title => /^\w+/.exec(title)?.[0]).sort()).toEqual([
    ...['Accepted', 'Cached', 'Decided', 'Drained', 'Published', 'Result'],
  ])
  expect(await page.locator('.timeline .step:not(.done)').count()).toBe(0)
  expect(await isKept(page)).toBe(true)
  const id = decodeURIComponent(new URL(page.url()).hash.split('/').at(-1) ?? '')
  expect((await desk().call('GET', `/api/v1/transactions/${id}`)).body).toMatchObject({
    status: 'COMPLETED',
    amount: 30.25,
  })
})

test('shows the balance of an account change through its stream, without a reload', async () => {
  const onAccount = await desk().visit({ at: '/accounts/carla' })
  await seeLive(onAccount)
  await seeBalance(onAccount, '12.25 USD')
  await markPage(onAccount)
  // What is asked for every few seconds gets no answer from now on: only the stream can tell.
  await onAccount.route(/\/balance$/, () => undefined)

  const onForm = await desk().visit({ at: '/test-transfer' })
  await sendTransfer(onForm, { from: 'alice', to: 'carla', amount: '0.0001' })
  await seeBalance(onAccount, '12.2501 USD')
  await onAccount.locator('.history tbody tr >> nth=1').waitFor()
  expect(await onAccount.locator('.history .cell-amount').first().allInnerTexts()).toEqual(['+0.0001'])
  expect(await isKept(onAccount)).toBe(true)
})

test('shows money digit for digit, on every screen that has some', async () => {
  const page = await desk().visit({ at: '/accounts/vault' })
  await seeBalance(page, `${MOST_DIGITS} USD`)
  expect(await page.locator('.history .cell-after').first().allInnerTexts()).toEqual([MOST_DIGITS])

  await page.getByRole('link', { name: 'Test transfer' }).click()
  await sendTransfer(page, { from: 'vault', to: 'erin', amount: '123456789012344.6788' })
  await seeState(page, 'COMPLETED')
  expect(await page.locator('.panel .amount').allInnerTexts()).toEqual(['123456789012344.6788 USD'])
  expect(await page.locator('.side .after').allInnerTexts()).toEqual([
    'balance after 1.0001 USD',
    'balance after 123456789012344.6788 USD',
  ])
})

test('shows why a transfer was refused', async () => {
  const page = await desk().visit({ at: '/test-transfer' })
  await sendTransfer(page, { from: 'alice', to: 'bob', amount: '5000' })
  await seeState(page, 'FAILED')
  await page.getByText('The source did not have the money.').first().waitFor()
})

test('says at its field what is wrong with a transfer, and sends nothing', async () => {
  const page = await desk().visit({ at: '/test-transfer' })
  const posts: string[] = []
  page.on('request', request => request.method() === 'POST' && posts.push(request.url()))
  await sendTransfer(page, { from: 'alice', to: 'alice', amount: '1.23456' })
  await page.getByText('It has to be another account than the source.').waitFor()
  expect(await page.getByLabel('Amount').getAttribute('aria-invalid')).toBe('true')
  expect(posts).toEqual([])
})

test('finds what an id names, and says when it names nothing', async () => {
  const page = await desk().visit()
  desk().provoke(/404.*\/api\/v1\//)
  const find = async (id: string) => {
    await page.getByRole('searchbox').fill(id)
    await page.getByRole('searchbox').press('Enter')
  }
  await find('bob')
  await seeLive(page)
  await seeHeading(page, 'bob')
  await find('Bob')
  await page.getByText('Nothing has this id').waitFor()
})

test('asks which is meant when a transaction and an account have one id', async () => {
  const transfer = { transactionId: 'twin', sourceAccountId: 'alice', destinationAccountId: 'erin' }
  await desk().call('POST', '/api/v1/transactions/process', { ...transfer, amount: '1' })
  const page = await desk().visit({ at: '/find/twin' })
  await page.getByRole('heading', { name: 'Two things have this id' }).waitFor()
  await page.getByRole('link', { name: 'The account' }).click()
  await page.waitForURL(/#\/accounts\/twin$/)
})
