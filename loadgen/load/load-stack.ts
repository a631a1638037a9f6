import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { requestCallerToken } from '../../knative/local/caller-issuer.ts'
import { findRunningStack } from '../../knative/local/running-stack.ts'
import { ExpectedError } from '../command/expected-error.ts'
import type { PubsubPlace } from '../producer.ts'
import type { Engines } from './check-database.ts'

const HOST = fileURLToPath(new URL('./stack-process.ts', import.meta.url))
const REDIS_KEY_PREFIX = 'settle:'

/** What a load is put on. */
export type LoadTarget = {
  readonly url: string
  readonly token: string
  readonly pubsub: PubsubPlace
  /** An instance of `status` itself, past the gateway; known where the stack is the command's own. */
  readonly statusUrl: string | undefined
  /** Known where the stack is the command's own, or the environment says where they are. */
  readonly engines: Engines | undefined
  /** Its processes are below this one. */
  readonly pid: number | undefined
  /** Nobody else uses it, so the world's balance is the run's to check. */
  readonly isOwn: boolean
}

/** What the process of an own stack says when it is ready. */
export type StackReady = Pick<LoadTarget, 'url' | 'token' | 'pubsub' | 'statusUrl'> & {
  readonly mysqlUrl: string
  readonly redisUrl: string
}

export type LoadStack = LoadTarget & { close(): Promise<void> }

/**
 * Takes the stack of `npm start` if it runs, else starts one on empty data, in a process of its own: the gateway is in
 * it, and what that costs is not to be taken for the generator's.
 */
export async function takeLoadStack(onStep: (step: string) => void): Promise<LoadStack> {
  const running = findRunningStack()
  if (running === undefined) return await startOwnStack(onStep)
  const { url, issuerUrl, pubsubHost, projectId, pid } = running
  const { MYSQL_URL: mysqlUrl, REDIS_URL: redisUrl } = process.env
  return {
    ...{ url, pid, isOwn: false, token: await requestCallerToken(issuerUrl) },
    pubsub: { host: pubsubHost, projectId },
    statusUrl: undefined,
    engines: mysqlUrl && redisUrl ? { mysqlUrl, redisUrl, redisKeyPrefix: REDIS_KEY_PREFIX } : undefined,
    close: async () => undefined,
  }
}

async function startOwnStack(onStep: (step: string) => void): Promise<LoadStack> {
  // A session of its own: Ctrl-C reaches the command alone, which ends the stack when it is done with it.
  const child = fork(HOST, {
    detached: true,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const ready = new Promise<StackReady>((resolve, reject) => {
    child.on('message', (message: { step: string } | StackReady) =>
      'step' in message ? onStep(message.step) : resolve(message),
    )
    void exited.then(() => reject(new ExpectedError('the stack has not started')))
  })
  const { mysqlUrl, redisUrl, ...reached } = await ready
  return {
    ...{ ...reached, pid: child.pid, isOwn: true },
    engines: { mysqlUrl, redisUrl, redisKeyPrefix: REDIS_KEY_PREFIX },
    close: async () => {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}
