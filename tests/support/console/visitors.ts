import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { countRuns, writeRuns } from './scripts-run.ts'
import { type PageWatch, watchPages } from './watch-pages.ts'

/** A bound on a hang, not an expectation of speed. */
const PATIENCE_MILLISECONDS = 15_000

/** Opens pages, each visitor with a profile of its own, and hears all that they say. */
export type Visitors = {
  /** A page that is not loaded yet. */
  enter(options?: BrowserContextOptions): Promise<Page>
  /** A fault that the test provokes on purpose: it has to be heard, and is then no fault. */
  provoke(noise: RegExp): void
  /** Sends everybody away. Throws if a page said or did what no test provoked, or said nothing of what one did. */
  leave(): Promise<void>
}

export function welcomeVisitors(browser: Browser, origin: string): Visitors {
  const visits = new Map<BrowserContext, PageWatch>()
  const provoked: RegExp[] = []
  return {
    enter: async options => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
      visits.set(context, await watchPages(context, origin))
      context.setDefaultTimeout(PATIENCE_MILLISECONDS)
      const page = await context.newPage()
      await countRuns(page)
      return page
    },
    provoke: noise => provoked.push(noise),
    leave: async () => {
      const [contexts, watches] = [[...visits.keys()], [...visits.values()]]
      visits.clear()
      await Promise.all(contexts.flatMap(context => context.pages()).map(writeRuns))
      await Promise.all(contexts.map(context => context.close()))
      const faults = judge(
        watches.flatMap(({ noises }) => noises),
        provoked.splice(0),
      )
      if (faults.length > 0) throw new Error(`The pages were not quiet:\n${faults.join('\n')}`)
    },
  }
}

function judge(noises: readonly string[], provoked: readonly RegExp[]): string[] {
  const unheard = provoked.filter(wanted => !noises.some(noise => wanted.test(noise)))
  return [
    ...noises.filter(noise => !provoked.some(wanted => wanted.test(noise))),
    ...unheard.map(wanted => `was to be provoked, and was not heard: ${wanted}`),
  ]
}
