import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startStack } from '../../../knative/local/stack.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

let folder: string
let database: TestDatabase
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'settle-stack-'))
  database = await createDatabase()
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})

const children = () => readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')

test('a start that is cut off between two steps ends what had started', async () => {
  const before = children()
  const running: string[] = []
  const interrupted = new Error('enough')
  const onStep = (step: string) => {
    running.push(children())
    if (step === 'topics and subscriptions') throw interrupted
  }
  const redisUrl = process.env['REDIS_URL'] ?? ''
  const started = startStack({ folder, mysqlUrl: database.url, redisUrl, port: 0, onStep, autoscaling: {} })
  await expect(started).rejects.toBe(interrupted)
  // Pub/Sub and seven functions.
  expect(running.at(-1)?.split(' ').length).toBe(before.split(' ').length + 8)
  expect(children()).toBe(before)
}, 60_000)
