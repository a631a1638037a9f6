import type { Page } from 'playwright-core'

/** Waits until an account's screen shows this balance, digit for digit. */
export async function seeBalance(page: Page, text: string): Promise<void> {
  await page
    .locator('[data-balance]')
    .filter({ hasText: exactly(text) })
    .waitFor()
}

/** Waits until the heading of the screen is this. */
export async function seeHeading(page: Page, text: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name: text, exact: true }).waitFor()
}

/** Waits until the state beside the heading is this. */
export async function seeState(page: Page, state: string): Promise<void> {
  await page
    .locator('.heading .badge')
    .filter({ hasText: exactly(state) })
    .waitFor()
}

/** Waits until an account's screen follows the balance. */
export async function seeLive(page: Page): Promise<void> {
  await page
    .locator('.connection')
    .filter({ hasText: exactly('live') })
    .waitFor()
}

/** Marks a page, so that `isKept` says whether it has been loaded again since. */
export async function markPage(page: Page): Promise<void> {
  await page.evaluate('globalThis.isMarked = true')
}

export async function isKept(page: Page): Promise<boolean> {
  return (await page.evaluate('globalThis.isMarked')) === true
}

function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${text.replaceAll(/[.+()]/g, '\\$&')}\\s*$`)
}
