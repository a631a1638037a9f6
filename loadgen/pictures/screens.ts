import type { Page } from 'playwright-core'
import type { Subjects } from './subjects.ts'

/** One picture: of which screen, and in what kind of window. */
export type Picture = {
  readonly name: string
  readonly at: string
  readonly scheme: 'light' | 'dark'
  readonly isNarrow?: true
  readonly isSignedOut?: true
  /** Opened before the traffic, so that its charts have a course. */
  readonly isWatching?: true
  /** What is done there, and what is waited for, before the picture is taken. */
  readonly arrive: (page: Page) => Promise<unknown>
}

const heading = (name: string) => (page: Page) => page.getByRole('heading', { level: 1, name }).waitFor()

async function checkBooks(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Check now' }).click()
  await page.getByText('The books balance.').waitFor()
  await page.getByRole('heading', { level: 1 }).click()
}

async function fillTransfer(page: Page, { shop, customers }: Subjects): Promise<void> {
  await page.getByLabel('From account').fill(customers[1] ?? '')
  await page.getByLabel('To account').fill(shop)
  await page.getByLabel('Amount').fill('30.25')
}

async function askToDiscard(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Discard…' }).click()
  await page.getByLabel('Reason').fill('The till sent a capture without its hold; the shop was told.')
}

/** Every screen once, some by night, and two on a telephone. */
export function picturesOf(subjects: Subjects): readonly Picture[] {
  const { shop, order, deadLetterId } = subjects
  const completed = (page: Page) => page.locator('.timeline .step.done').nth(5).waitFor()
  const watching = { at: '/', isWatching: true } as const
  return [
    { name: 'overview', ...watching, scheme: 'light', arrive: checkBooks },
    { name: 'overview-dark', ...watching, scheme: 'dark', arrive: checkBooks },
    { name: 'overview-narrow', ...watching, scheme: 'light', isNarrow: true, arrive: heading('Overview') },
    { name: 'transaction', at: `/transactions/${order}`, scheme: 'light', arrive: completed },
    {
      ...{ name: 'transaction-narrow', at: `/transactions/${order}`, scheme: 'dark', isNarrow: true },
      arrive: completed,
    },
    {
      ...{ name: 'account', at: `/accounts/${shop}`, scheme: 'dark' },
      arrive: page => page.locator('.history tbody tr').nth(9).waitFor(),
    },
    {
      ...{ name: 'dead-letters', at: '/dead-letters', scheme: 'light' },
      arrive: page => page.locator('table.letters tbody tr').nth(2).waitFor(),
    },
    { name: 'dead-letter', at: `/dead-letters/${deadLetterId}`, scheme: 'light', arrive: askToDiscard },
    {
      ...{ name: 'test-transfer', at: '/test-transfer', scheme: 'light' },
      arrive: page => fillTransfer(page, subjects),
    },
    { name: 'sign-in', at: '/', scheme: 'light', isSignedOut: true, arrive: heading('Sign in') },
  ]
}
