import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import type { Service } from '../client/find-service.ts'
import { ExpectedError } from '../command/expected-error.ts'
import type { Picture } from './screens.ts'
import { shrinkPng } from './shrink-png.ts'

/** As much as a page of documents should ask for a picture. */
const MOST_BYTES = 150_000

const WIDE = { viewport: { width: 1280, height: 760 }, deviceScaleFactor: 1 }
/** A telephone; its picture is as sharp as the wide ones when it is shown as wide as they are. */
const NARROW = { viewport: { width: 360, height: 760 }, deviceScaleFactor: 2 }

/** Opens the page of a picture: signed in, but for that of the sign-in. */
export async function openPage(browser: Browser, { url, token }: Service, picture: Picture): Promise<Page> {
  const context = await browser.newContext({
    ...(picture.isNarrow === true ? NARROW : WIDE),
    ...{ colorScheme: picture.scheme, locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce' },
  })
  const page = await context.newPage()
  if (picture.isSignedOut === true) {
    await page.goto(url)
    return page
  }
  await page.goto(`${url}/#token=${token}`)
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  await page.goto(`${url}/#${picture.at}`)
  return page
}

/** Takes the picture into the folder, and answers how many bytes it has. Throws if these are too many. */
export async function takePicture(page: Page, picture: Picture, folder: string): Promise<number> {
  await picture.arrive(page)
  const path = join(folder, `${picture.name}.png`)
  const whole = await page.evaluate<number>('document.documentElement.scrollHeight')
  if (picture.isNarrow !== true)
    await page.setViewportSize({ ...WIDE.viewport, height: heightFor(picture, whole) })
  const png = shrinkPng(await page.screenshot({ caret: 'hide' }))
  await writeFile(path, png)
  if (png.length <= MOST_BYTES) return png.length
  throw new ExpectedError(`${path} has ${png.length} bytes; at most ${MOST_BYTES} are wanted.`)
}

/** The overview whole; of other screens what is seen first, for a list goes on for long. */
function heightFor({ isWatching }: Picture, whole: number): number {
  return Math.max(WIDE.viewport.height, isWatching === true ? whole : 0)
}
