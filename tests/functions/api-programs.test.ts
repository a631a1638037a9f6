import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Child, startChild } from '../../knative/local/serving/child.ts'
import { openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { ownFolder } from '../support/private-engines.ts'
import { until } from '../support/until.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PAGE = readFileSync(`${ROOT}docs/api.md`, 'utf8')
const [CONSUMER = '', PRODUCER = ''] = [...PAGE.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, text]) => text)

let folder: string
beforeAll(async () => {
  folder = await ownFolder('programs')
  await writeFile(join(folder, 'consume.ts'), CONSUMER)
  await writeFile(join(folder, 'produce.ts'), PRODUCER)
})
afterAll(() => rm(folder, { recursive: true, force: true }))
afterAll(closePipelines)

/** Says what is wrong with the types of the programs, as `npm run check` would. */
async function findTypeFaults(): Promise<string> {
  const settings = { extends: `${ROOT}tsconfig.json`, include: [folder] }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings))
  const { stdout } = spawnSync(`${ROOT}node_modules/.bin/tsc`, ['--project', folder], { encoding: 'utf8' })
  return stdout
}

function startProgram(
  { env, projectId }: Pipeline,
  name: string,
  isReady: () => Promise<boolean>,
): Promise<Child> {
  const { PUBSUB_EMULATOR_HOST = '' } = env
  return startChild({
    args: [join(folder, `${name}.ts`)],
    env: { PUBSUB_EMULATOR_HOST, PUBSUB_PROJECT_ID: projectId, METADATA_SERVER_DETECTION: 'none' },
    logFile: join(folder, `${name}.log`),
    isReady,
  })
}

test('the programs of docs/api.md have no fault of types', async () => {
  expect(await findTypeFaults()).toBe('')
  await writeFile(join(folder, 'wrong.ts'), `${PRODUCER}\nawait topic.publishMessages(1)\n`)
  expect(await findTypeFaults()).toContain("Property 'publishMessages' does not exist")
  await rm(join(folder, 'wrong.ts'))
})

test('what the producer of docs/api.md publishes, the consumer is told of, applied', async () => {
  const pipeline = await startPipeline()
  await openAccounts(pipeline, ['ana-cash', 'shop-till'], '10')
  const said = () => readFile(join(folder, 'consume.log'), 'utf8')
  const consumer = await startProgram(pipeline, 'consume', async () => (await said()).includes('listening'))
  const producer = await startProgram(pipeline, 'produce', async () => true)
  await until('the consumer is told', async () => (await said()).includes('topic-1 is '))
  await Promise.all([consumer.kill(), producer.exited])
  expect(await said()).toBe('listening\ntopic-1 is COMPLETED\n')
})
