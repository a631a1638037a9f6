import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

/** Where processes of Node write what of their scripts has run, if anybody asked for it: see tests/coverage. */
const FOLDER = process.env['NODE_V8_COVERAGE']
const SOURCES = new URL('../../../functions/console/page/', import.meta.url)

/** Has the browser keep count of what the page runs, from before it is loaded, where such counts are asked for. */
export async function countRuns(page: Page): Promise<void> {
  if (FOLDER !== undefined) await page.coverage.startJSCoverage({ resetOnNavigation: false })
}

/** Writes down what the page has run, as Node does: its scripts are the sources, with space where types were. */
export async function writeRuns(page: Page): Promise<void> {
  if (FOLDER === undefined || page.isClosed()) return
  const scripts = await page.coverage.stopJSCoverage()
  const result = scripts.map(({ url, scriptId, functions }) => ({
    scriptId,
    url: new URL(new URL(url).pathname.replace('/console/', ''), SOURCES).href,
    functions,
  }))
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(join(FOLDER, `page-${randomUUID()}.json`), JSON.stringify({ result }))
}
