import { beforeAll, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { desk } from '../support/console/desk.ts'
import { giveAccounts } from '../support/console/give-accounts.ts'
import { isKept, markPage, seeBalance, seeHeading, seeLive, seeState } from '../support/console/see.ts'
import { sendIn } from '../support/console/send-in.ts'
import { until } from '../support/until.ts'

/** Whoever looks for an id asks whether it is an account's, too. */
const NO_ACCOUNT = /404.*\/accounts\//

beforeAll(async () => {
  await giveAccounts(desk(), { alice: '100', bob: '0', carol: '0' })
})

async function pay(destinationAccountId: string, transactionId: string): Promise<void> {
  const request = { transactionId, sourceAccountId: 'alice', destinationAccountId, amount: '1' }
  await sendIn(desk(), request)
}

async function find(page: Page, id: string): Promise<void> {
  await page.getByRole('searchbox').fill(id)
  await page.getByRole('searchbox').press('Enter')
  await seeHeading(page, id)
}

const stateOf = (page: Page) => page.locator('p.state')
const isCounted = (page: Page) =>
  stateOf(page)
    .filter({ hasText: /^\s*(Money is moving|Idle)/ })
    .waitFor()

/** The page asks for balances now and then: while this is so it does not, and what changes came through the stream. */
async function onlyTheStream(page: Page): Promise<void> {
  await page.route(/\/balance$/, () => undefined)
}

test('goes on while Redis is away, says what it cannot tell, and is whole again by itself when it is back', async () => {
  desk().provoke(NO_ACCOUNT)
  const overview = await desk().visit()
  const account = await desk().visit({ at: '/accounts/bob' })
  await pay('bob', 'before')
  await isCounted(overview)
  await seeLive(account)
  await seeBalance(account, '1.00 USD')
  await Promise.all([markPage(overview), markPage(account), onlyTheStream(account)])

  await desk().redis.engine.kill()
  await stateOf(overview).filter({ hasText: 'Cannot tell how much moves: the cache is away.' }).waitFor()
  await overview.getByText('The cache is away.', { exact: true }).waitFor()
  await pay('bob', 'without')
  await seeBalance(account, '2.00 USD')
  const lookup = await desk().visit()
  await find(lookup, 'without')
  await seeState(lookup, 'COMPLETED')

  await desk().redis.engine.start()
  await isCounted(overview)
  await overview.locator('time-chart canvas').first().waitFor()
  expect(await overview.getByText('The cache is away.', { exact: true }).count()).toBe(0)
  await pay('bob', 'after')
  await seeBalance(account, '3.00 USD')
  await find(lookup, 'after')
  await seeState(lookup, 'COMPLETED')
  expect([await isKept(overview), await isKept(account)]).toEqual([true, true])
}, 90_000)

test('follows balances and finds transactions after the status function was restarted, without a reload', async () => {
  desk().provoke(NO_ACCOUNT)
  desk().provoke(/ERR_|50[03]/)
  const account = await desk().visit({ at: '/accounts/carol' })
  await seeLive(account)
  await Promise.all([markPage(account), onlyTheStream(account)])
  for (const { child } of desk().stack.pools.get('status')?.instances ?? []) child.kill()
  await account.locator('.connection.reconnecting').waitFor()
  await seeLive(account)
  await pay('carol', 'restarted')
  await seeBalance(account, '1.00 USD')
  expect(await isKept(account)).toBe(true)
  await find(account, 'restarted')
  await seeState(account, 'COMPLETED')
}, 60_000)

test('says that it cannot tell while nobody answers for the figures, and goes on when somebody does', async () => {
  desk().provoke(/ERR_FAILED.*figures/)
  const overview = await desk().visit()
  await isCounted(overview)
  await markPage(overview)
  // Time is passed to the page: it says so after ten seconds, and asks more seldom the longer nobody answers.
  await overview.clock.install()
  await overview.route(/\/figures/, route => route.abort())
  await overview.getByRole('alert').filter({ hasText: 'No answer came' }).waitFor()
  await overview.clock.fastForward('00:20')
  await stateOf(overview).filter({ hasText: 'Cannot tell: no figures have come since' }).waitFor()
  const functions = desk().stack.pools.get('console')
  const [old] = functions?.instances ?? []
  old?.child.kill()
  await until('there is another console', () => ![undefined, old].includes(functions?.instances[0]))
  await overview.unroute(/\/figures/)
  await overview.clock.fastForward('00:20')
  await isCounted(overview)
  expect(await isKept(overview)).toBe(true)
})
