import { beforeAll, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { findBarriers, widthBeyond } from '../support/console/axe.ts'
import { desk } from '../support/console/desk.ts'
import { giveAccounts } from '../support/console/give-accounts.ts'
import { makeDeadLetter } from '../support/console/letters.ts'
import { goTo } from '../support/console/open-console.ts'
import { seeHeading, seeLive, seeState } from '../support/console/see.ts'
import { sendIn } from '../support/console/send-in.ts'

/** As long as an id may be, without a place to break. */
const LONG_ID = 'M'.repeat(64)

let letterId: number
beforeAll(async () => {
  await giveAccounts(desk(), { alice: '123456789012345.6789', bob: '0', [LONG_ID]: '10' })
  const [sourceAccountId, metadata] = [LONG_ID, { note: LONG_ID + LONG_ID }]
  for (const [transactionId, amount] of Object.entries({ [LONG_ID]: '5', 'too-much': '5000' })) {
    const request = { transactionId, sourceAccountId, destinationAccountId: 'alice', amount, metadata }
    await sendIn(desk(), request)
  }
  letterId = (await makeDeadLetter(desk(), JSON.stringify({ transactionId: LONG_ID, note: LONG_ID })))
    .deadLetterId
})

/** The way to each screen, in each of the forms that it has, and what is seen when it is there. */
const SCREENS: readonly (readonly [string, string, (page: Page) => Promise<unknown>])[] = [
  ['overview', '/', page => page.locator('time-chart canvas').first().waitFor()],
  ['what the token allows', '/', page => page.locator('details.who summary').click()],
  ['a transaction', `/transactions/${LONG_ID}`, page => seeState(page, 'COMPLETED')],
  ['one that was refused', '/transactions/too-much', page => seeState(page, 'FAILED')],
  ['no transaction', '/transactions/none', page => page.getByText('Not found').first().waitFor()],
  ['an account', '/accounts/alice', seeLive],
  [
    'one with a long id',
    `/accounts/${LONG_ID}`,
    page => page.locator('.history tbody tr >> nth=2').waitFor(),
  ],
  ['an account that has nothing', '/accounts/bob', page => page.getByText('No transactions yet').waitFor()],
  ['no account', '/accounts/none', page => page.getByText('Not found').first().waitFor()],
  ['dead letters', '/dead-letters', page => page.locator('table.letters').waitFor()],
  ['no dead letters', '/dead-letters?state=REPLAYED', page => page.getByText('No replayed dead').waitFor()],
  ['no test transfer yet', '/test-transfer', page => seeHeading(page, 'Test transfer')],
  ['a faulty one', '/test-transfer', page => page.getByRole('button', { name: 'Send' }).click()],
  ['nothing found', `/find/${'m'.repeat(64)}`, page => page.getByText('Nothing has this id').waitFor()],
  ['no screen', '/bananas', page => seeHeading(page, 'No such screen')],
  ['a dead letter', '/dead-letters/ID', page => seeState(page, 'OPEN')],
  ['its replay', '/dead-letters/ID', page => page.getByRole('button', { name: 'Replay…' }).click()],
  [
    'its discard',
    '/dead-letters/ID',
    async page => {
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
      await page.getByRole('button', { name: 'Discard…' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click()
      await page.getByText('Say why').waitFor()
    },
  ],
]

async function faultsOf(page: Page, name: string): Promise<string[]> {
  const beyond = await widthBeyond(page)
  const barriers = await findBarriers(page)
  const unmade = await page.getByText(/undefined|\bNaN\b|\[object /).count()
  return [
    ...(beyond > 0 ? [`${beyond} px too wide`] : []),
    ...(unmade > 0 ? ['shows what was never filled in'] : []),
    ...barriers,
  ].map(fault => `${name}: ${fault}`)
}

test.each([
  ['light', 360],
  ['light', 1920],
  ['dark', 360],
  ['dark', 1920],
] as const)(
  'bars nobody from any screen, and fits into the window: %s, %i px',
  async (colorScheme, width) => {
    desk().provoke(/404.*\/api\/v1\//)
    const window = { colorScheme, viewport: { width, height: 800 } }
    const page = await desk().visit({ window })
    const faults: string[] = []
    for (const [name, at, arrive] of SCREENS) {
      await goTo(page, at.replace('ID', String(letterId)))
      await arrive(page)
      faults.push(...(await faultsOf(page, name)))
    }
    const unsigned = await desk().visitUnsigned(window)
    faults.push(...(await faultsOf(unsigned, 'sign in')))
    await unsigned.getByRole('button', { name: 'Sign in' }).click()
    await unsigned.getByRole('alert').waitFor()
    faults.push(...(await faultsOf(unsigned, 'sign in, refused')))
    const reader = await desk().visit({ window, as: { scope: 'read' } })
    faults.push(...(await faultsOf(reader, 'not allowed')))
    expect(faults).toEqual([])
  },
  60_000,
)
