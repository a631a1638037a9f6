import { rm } from 'node:fs/promises'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { launchBrowser } from '../../../knative/local/browser/launch-browser.ts'
import { requestCallerToken, type TokenRequest } from '../../../knative/local/caller-issuer.ts'
import { PROJECT_ID } from '../../../knative/local/stack.ts'
import { openProducer } from '../../../loadgen/service/producer.ts'
import { type RealStack, startRealStack } from '../../knative/local/serving/support/real-stack.ts'
import { type OwnEngine, ownFolder, ownRedis } from '../private-engines.ts'
import { type Visitors, welcomeVisitors } from './visitors.ts'

/** Whom a page is opened for, where, and in what kind of window. */
type Visit = {
  /** One who may do everything, unless another is named; or a token as it stands. */
  readonly as?: Partial<TokenRequest> | string
  /** The part of the address after the #. */
  readonly at?: string
  readonly window?: BrowserContextOptions
}

/** The whole of Settle, and a browser that looks at it. */
export type Console = Pick<RealStack, 'stack' | 'database' | 'call'> &
  Pick<Visitors, 'provoke' | 'leave'> & {
    readonly url: string
    /** Nobody else's: figures are of all who share a cache. */
    readonly redis: OwnEngine
    /** Where the key is that callers' tokens are signed with. */
    readonly keyFolder: string
    token(caller?: Partial<TokenRequest>): Promise<string>
    /** Opens the page for somebody who is signed in. */
    visit(visit?: Visit): Promise<Page>
    /** Opens the page for somebody who is not. */
    visitUnsigned(window?: BrowserContextOptions): Promise<Page>
    /** Publishes an event, as a producer does. */
    publish(event: string): Promise<void>
    close(): Promise<void>
  }

/** Starts a stack and a browser for a test file; both end with `close`, and with this process. */
export async function openConsole(): Promise<Console> {
  const closers: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    // The browser first: where there is none, that is all there is to say.
    const browser = await launchBrowser()
    closers.push(() => browser.close())
    const keyFolder = await ownFolder('console')
    closers.push(() => rm(keyFolder, { recursive: true, force: true }))
    const redis = await ownRedis()
    closers.push(() => redis.remove())
    const real = await startRealStack({ folder: keyFolder, redisUrl: redis.engine.url })
    closers.push(() => real.close())
    const { stack } = real
    const producer = await openProducer({ host: stack.pubsub.host, projectId: PROJECT_ID }, 20)
    closers.push(() => producer.close())
    const visitors = welcomeVisitors(browser, stack.url)
    return {
      ...{
        ...real,
        provoke: visitors.provoke,
        leave: visitors.leave,
        url: stack.url,
        redis,
        keyFolder,
        close,
      },
      ...signingIn(stack.url, stack.issuer.url, visitors),
      publish: event => producer.publish(event, ''),
    }
  } catch (error) {
    await close()
    throw error
  }
}

function signingIn(url: string, issuerUrl: string, visitors: Visitors) {
  const token = (caller?: Partial<TokenRequest>) => requestCallerToken(issuerUrl, caller)
  const visit = async ({ as, at = '/', window }: Visit = {}): Promise<Page> => {
    const page = await visitors.enter(window)
    await page.goto(`${url}/#token=${typeof as === 'string' ? as : await token(as)}`)
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    if (at !== '/') await goTo(page, at)
    return page
  }
  const visitUnsigned = async (window?: BrowserContextOptions): Promise<Page> => {
    const page = await visitors.enter(window)
    await page.goto(url)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    return page
  }
  return { token, visit, visitUnsigned }
}

/** Goes to another screen of a page, as a link would: without loading it again. */
export async function goTo(page: Page, place: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(place)}`)
}
