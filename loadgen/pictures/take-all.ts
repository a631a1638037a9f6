import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../../knative/local/browser/launch-browser.ts'
import type { Service } from '../client/find-service.ts'
import { wait } from '../command/wait.ts'
import type { Producer } from '../service/producer.ts'
import { type Picture, picturesOf } from './screens.ts'
import { makeSubjects } from './subjects.ts'
import { openPage, takePicture } from './take-picture.ts'
import { makeTraffic } from './traffic.ts'

export type Studio = {
  readonly service: Service
  readonly producer: Producer
  /** The folder that the pictures are put into. */
  readonly out: string
  /** How long there is traffic before the first is taken; there is until the last. */
  readonly seconds: number
  readonly seed: number
  /** A part of all ids, which are new with each run. */
  readonly run: string
  readonly interrupted: AbortSignal
  readonly onSecond: () => void
  readonly onTraffic: () => void
  readonly onPicture: (name: string, bytes: number) => void
}

/** Makes what there is to see, and takes a picture of every screen. */
export async function takeAll(studio: Studio): Promise<void> {
  const { service, producer, run, seed, interrupted } = studio
  const over = new AbortController()
  const browser = await launchBrowser()
  try {
    const subjects = await makeSubjects(service, producer, run)
    const ended = AbortSignal.any([over.signal, interrupted])
    const traffic = makeTraffic({ service, subjects, run, seed }, ended)
    const pictures = picturesOf(subjects)
    const taking = watchAndTake(studio, browser, pictures).finally(() => over.abort())
    await Promise.all([traffic, taking])
  } finally {
    over.abort()
    await browser.close()
  }
}

async function watchAndTake(studio: Studio, browser: Browser, pictures: readonly Picture[]): Promise<void> {
  const { service, out, seconds, interrupted } = studio
  const watching = new Map<Picture, Page>()
  for (const picture of pictures.filter(({ isWatching }) => isWatching === true)) {
    watching.set(picture, await openPage(browser, service, picture))
  }
  for (let second = 0; second < seconds; second += 1) {
    await wait(1000, interrupted)
    studio.onSecond()
  }
  studio.onTraffic()
  for (const picture of pictures) {
    const page = watching.get(picture) ?? (await openPage(browser, service, picture))
    studio.onPicture(picture.name, await takePicture(page, picture, out))
    await page.context().close()
  }
}
