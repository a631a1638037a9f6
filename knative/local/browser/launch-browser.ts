import { type Browser, chromium } from 'playwright-core'
import { type Surroundings, usualSurroundings } from '../engines/surroundings.ts'
import { obtainBrowser } from './obtain-browser.ts'

/** Starts a browser without a window. It ends with this process, however that ends: what it is driven through is a pipe. */
export async function launchBrowser(surroundings: Surroundings = usualSurroundings()): Promise<Browser> {
  return await chromium.launch({
    executablePath: await obtainBrowser(surroundings),
    // Chromium refuses root a sandbox.
    chromiumSandbox: !surroundings.isRoot,
    // Signals are for the process to handle; otherwise one of them would end the browser, and leave the process.
    ...{ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false },
  })
}
