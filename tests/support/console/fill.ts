import type { Page } from 'playwright-core'

export type TransferFields = { readonly from: string; readonly to: string; readonly amount: string }

/** Fills in the test transfer, and sends it. */
export async function sendTransfer(page: Page, { from, to, amount }: TransferFields): Promise<void> {
  await page.getByLabel('From account').fill(from)
  await page.getByLabel('To account').fill(to)
  await page.getByLabel('Amount').fill(amount)
  await page.getByRole('button', { name: 'Send transfer' }).click()
}
