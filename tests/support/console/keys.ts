import type { Locator, Page } from 'playwright-core'

/** More than any screen has places for the focus. */
const MOST_TABS = 60

/** Goes forward with the tab key until the focus is there. Throws if no way leads there. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
    await page.keyboard.press('Tab')
    if ((await focused(page, target).count()) > 0) return
  }
  throw new Error(`no way to ${target} with the tab key`)
}

/** Waits until the focus is there. */
export async function seeFocus(page: Page, target: Locator): Promise<void> {
  await focused(page, target).waitFor()
}

function focused(page: Page, target: Locator): Locator {
  return target.and(page.locator(':focus'))
}
