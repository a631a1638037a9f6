import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { requestCallerToken } from '../../knative/local/caller-issuer.ts'
import { PROJECT_ID } from '../../knative/local/stack.ts'
import { picturesOf } from '../../loadgen/pictures/screens.ts'
import { takeAll } from '../../loadgen/pictures/take-all.ts'
import { openProducer } from '../../loadgen/service/producer.ts'
import { type RealStack, startRealStack } from '../knative/local/serving/support/real-stack.ts'
import { ownFolder } from '../support/private-engines.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const NAMES = picturesOf({ shop: '', customers: [], order: '', deadLetterId: 0 }).map(
  ({ name }) => `${name}.png`,
)

let real: RealStack
let out: string
beforeAll(async () => {
  out = await ownFolder('pictures')
  real = await startRealStack()
}, 120_000)
afterAll(async () => {
  await real.close()
  await rm(out, { recursive: true, force: true })
}, 60_000)

test('takes a picture of every screen, of traffic of its own', async () => {
  const { url, issuer, pubsub } = real.stack
  const producer = await openProducer({ host: pubsub.host, projectId: PROJECT_ID }, 20)
  const service = { url, token: await requestCallerToken(issuer.url) }
  const taken: string[] = []
  let seconds = 0
  await takeAll({
    ...{
      service,
      producer,
      out,
      seconds: 2,
      seed: 1,
      run: 'test',
      interrupted: new AbortController().signal,
    },
    onSecond: () => {
      seconds += 1
    },
    onTraffic: () => expect(seconds).toBe(2),
    onPicture: (name, bytes) => taken.push(`${name}.png`) && expect(bytes).toBeGreaterThan(10_000),
  }).finally(() => producer.close())
  expect(taken).toEqual(NAMES)
  expect(readdirSync(out).sort()).toEqual([...NAMES].sort())
}, 300_000)

test('the documents show every picture that is taken, and no other; none is too large to load', () => {
  const shown = ['docs/operations.md', 'README.md'].flatMap(file => {
    const folder = file.includes('/') ? `${ROOT}docs/` : ROOT
    const text = readFileSync(`${ROOT}${file}`, 'utf8')
    return [...text.matchAll(/[("]((?:docs\/)?console\/[\w-]+\.png)/g)].map(([, name]) => `${folder}${name}`)
  })
  expect(shown.filter(file => !existsSync(file))).toEqual([])
  expect([...new Set(shown.map(file => file.split('/').at(-1)))].sort()).toEqual([...NAMES].sort())
  expect(readdirSync(`${ROOT}docs/console`).sort()).toEqual([...NAMES].sort())
  expect(NAMES.filter(name => statSync(`${ROOT}docs/console/${name}`).size > 150_000)).toEqual([])
})
