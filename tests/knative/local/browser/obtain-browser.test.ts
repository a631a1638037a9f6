import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { obtainBrowser } from '../../../../knative/local/browser/obtain-browser.ts'
import { ownFolder } from '../../../support/private-engines.ts'
import { onlyIn, standIn } from '../engines/stand-in.ts'

let folder: string
beforeEach(async () => {
  folder = await ownFolder('browser')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const WHAT_TO_DO = /^No Chromium or Chrome .*apt-get install .*chromium.*CHROMIUM_PATH[^\n]*$/

test('takes the browser that is given, before any that is installed', async () => {
  await standIn(folder, 'chromium', '')
  const env = { CHROMIUM_PATH: '/opt/mine/chrome' }
  expect(await obtainBrowser(onlyIn(folder, { env }))).toBe('/opt/mine/chrome')
})

test.each(['chromium', 'chromium-browser', 'google-chrome'])('finds %s where it is installed', async name => {
  await standIn(folder, name, '')
  expect(await obtainBrowser(onlyIn(folder))).toBe(join(folder, name))
})

test('says in one line what to install, to whoever may not install it', async () => {
  await standIn(folder, 'apt-get', `throw new Error('nobody may')`)
  await expect(obtainBrowser(onlyIn(folder))).rejects.toThrow(WHAT_TO_DO)
})

test('installs it as root, with apt-get', async () => {
  await standIn(
    folder,
    'apt-get',
    `if (process.argv.includes('chromium')) require('node:fs').writeFileSync('${folder}/chromium', '', { mode: 0o755 })`,
  )
  const lines: string[] = []
  const surroundings = onlyIn(folder, { isRoot: true, report: line => lines.push(line) })
  expect(await obtainBrowser(surroundings)).toBe(join(folder, 'chromium'))
  expect(lines).toEqual(['Installing chromium with apt-get…'])
})

test.each([
  ['installs nothing', 'process.exit(0)'],
  ['fails', 'process.exit(100)'],
])('says the same when apt-get %s', async (_what, program) => {
  await standIn(folder, 'apt-get', program)
  await expect(obtainBrowser(onlyIn(folder, { isRoot: true }))).rejects.toThrow(WHAT_TO_DO)
})
