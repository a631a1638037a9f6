import { beforeAll, test } from '@jest/globals'
import { desk } from '../../support/console/desk.ts'
import { giveAccounts } from '../../support/console/give-accounts.ts'

beforeAll(async () => {
  await giveAccounts(desk(), { tom: '100.00', tess: '0' })
})

test('shows a transaction that fails by itself, how often it did, and what waits behind it', async () => {
  const { db } = desk().database
  await db.raw(
    `INSERT INTO transactions (transaction_id, ordering_group, type, source_account_id, destination_account_id, amount,
       accepted_at, failure_count, last_error) VALUES ('ill', 0, 'gift', 'tom', 'tess', 1, UTC_TIMESTAMP(6), 3, 'no such type')`,
  )
  try {
    const page = await desk().visit({ at: '/dead-letters' })
    const blocked = page.getByRole('region', { name: 'Blocked now' })
    await blocked.getByText('no such type').waitFor()
    await blocked.getByText(/failed\s+3 times, 0 behind it/).waitFor()
    await blocked.getByRole('link', { name: 'ill' }).waitFor()
  } finally {
    await db.raw(`DELETE FROM transactions WHERE transaction_id = 'ill'`)
  }
})

test('checks the books when asked to: that they balance, and then what is wrong with them', async () => {
  const { db } = desk().database
  const page = await desk().visit()
  const check = page.getByRole('button', { name: 'Check now' })
  await check.click()
  await page.getByText('The books balance.').waitFor()
  await db.raw(`UPDATE accounts SET balance = balance + 1 WHERE account_id = 'tom'`)
  await check.click()
  const faults = page.getByRole('alert').filter({ hasText: 'account_differs' })
  await faults.getByText('tom').first().waitFor()
  await page.locator('.tile.books.bad').waitFor()
})
