import { expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { launchBrowser } from '../../knative/local/browser/launch-browser.ts'
import { shrinkPng } from '../../loadgen/pictures/shrink-png.ts'

/** Text, even grounds and a gradient: what Chromium filters lines of differently. */
const PAGE = `<body style="font: 20px serif; background: linear-gradient(33deg, #123, #fec)">
  <p style="background: white">Money is moving: 12 accepted and 12 applied a second.</p><hr><p>${'gIjW '.repeat(900)}</p>`

/** The pixels of a picture, as the browser itself reads them. */
const pixelsOf = (page: Page, png: Buffer) =>
  page.evaluate<string>(`(async () => {
    const image = new Image()
    image.src = 'data:image/png;base64,${png.toString('base64')}'
    await image.decode()
    const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d')
    canvas.drawImage(image, 0, 0)
    return [image.width, image.height, ...canvas.getImageData(0, 0, image.width, image.height).data].join()
  })()`)

test('makes a picture smaller, and changes no pixel of it', async () => {
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage({ viewport: { width: 901, height: 603 } })
    await page.setContent(PAGE)
    const png = await page.screenshot()
    const shrunk = shrinkPng(png)
    expect(shrunk.length).toBeLessThan(png.length)
    expect((await pixelsOf(page, shrunk)) === (await pixelsOf(page, png))).toBe(true)
  } finally {
    await browser.close()
  }
}, 60_000)

test('refuses what is no picture of RGB', () => {
  expect(() => shrinkPng(Buffer.from('nothing at all'))).toThrow('no picture')
})
