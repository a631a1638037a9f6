/** Run as a process of its own by the test, which then ends it: starts a browser, says so, and waits. */
import { launchBrowser } from '../../../../knative/local/browser/launch-browser.ts'

const browser = await launchBrowser()
await browser.newPage()
process.stdout.write('launched\n')
setInterval(() => {}, 60_000)
