import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requestCallerToken } from '../../../../../knative/local/caller-issuer.ts'
import { type Stack, type StackOptions, startStack } from '../../../../../knative/local/stack.ts'
import { checkPublicAddress } from '../../../../support/contract/under-contract.ts'
import { createDatabase, type TestDatabase } from '../../../../support/database.ts'
import { type Answer, presentToken, send } from '../../../../support/pipeline.ts'

export type RealStack = {
  readonly stack: Stack
  readonly database: TestDatabase
  call(method: string, path: string, body?: unknown): Promise<Answer>
  close(): Promise<void>
}

/** The whole of Settle on a database of its own; every answer is held against the contract. */
export async function startRealStack(options: Partial<StackOptions> = {}): Promise<RealStack> {
  const folder = await mkdtemp(join(tmpdir(), 'settle-stack-'))
  const database = await createDatabase()
  const redisUrl = process.env['REDIS_URL'] ?? ''
  const stack = await startStack({ folder, mysqlUrl: database.url, redisUrl, port: 0, ...options })
  checkPublicAddress(stack.url)
  presentToken(stack.url, await requestCallerToken(stack.issuer.url))
  return {
    stack,
    database,
    call: (method, path, body) => send(method, `${stack.url}${path}`, body),
    close: async () => {
      await stack.close()
      await database.drop()
      await rm(folder, { recursive: true })
    },
  }
}
