import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'

const LEFT_STREAM = fileURLToPath(new URL('../support/fixtures/run-left-stream.ts', import.meta.url))

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
  await openAccounts(pipeline, ['alice'], '100')
})
afterAll(closePipelines)

test('nothing of a stream is left when its reader leaves, not even a timer that keeps a process', async () => {
  const mysqlUrl = new URL(process.env['MYSQL_URL'] ?? '')
  mysqlUrl.pathname = `/${pipeline.db.client.config.connection.database}`
  const env = {
    ...{
      PATH: process.env['PATH'] ?? '',
      MYSQL_URL: mysqlUrl.href,
      REDIS_URL: process.env['REDIS_URL'] ?? '',
    },
    REDIS_KEY_PREFIX: `${pipeline.projectId}:`,
  }
  const flags = ['--disable-warning=ExperimentalWarning', LEFT_STREAM]
  // The timeout is a bound on a hang.
  const left = spawn(process.execPath, flags, { env, stdio: 'inherit', timeout: 20_000 })
  const [code] = await once(left, 'exit')
  expect(code).toBe(0)
})
