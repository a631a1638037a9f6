import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { requestCallerToken } from '../../knative/local/caller-issuer.ts'
import { findRunningStack } from '../../knative/local/running-stack.ts'
import type { Manifest } from '../../knative/local/serving/manifest.ts'
import type { ServedState } from '../../knative/local/serving/revision.ts'
import { ExpectedError } from '../command/expected-error.ts'
import type { PubsubPlace } from '../service/producer.ts'
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
  if (running === undefined) return await forkStack(onStep, [])
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

/** Functions that scale as these manifests say, and the one that is looked at. */
export type ScaledFunctions = { readonly manifests: readonly Manifest[]; readonly watched: string }

export type ScaledStack = LoadStack & {
  /** How the function stands now. Rejects if the stack has ended. */
  look(): Promise<ServedState>
}

/** Starts a stack whose functions scale, on empty data, whatever else runs. */
export async function startScaledStack(
  functions: ScaledFunctions,
  onStep: (step: string) => void,
): Promise<ScaledStack> {
  const { child, exited, ...stack } = await forkStack(onStep, [JSON.stringify(functions)])
  const ended = exited.then(() => {
    throw new ExpectedError('the stack has ended')
  })
  ended.catch(() => undefined)
  const look = async () => {
    const answer = once(child, 'message') as Promise<[{ readonly state: ServedState }]>
    child.send('look', () => undefined)
    const [{ state }] = await Promise.race([answer, ended])
    return state
  }
  return { ...stack, look }
}

type ForkedStack = LoadStack & { readonly child: ChildProcess; readonly exited: Promise<unknown> }

async function forkStack(onStep: (step: string) => void, args: readonly string[]): Promise<ForkedStack> {
  // A session of its own: Ctrl-C reaches the command alone, which ends the stack when it is done with it.
  const child = fork(HOST, args, {
    detached: true,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const ready = new Promise<StackReady>((resolve, reject) => {
    const hear = (message: { step: string } | StackReady) => {
      if ('step' in message) return onStep(message.step)
      child.off('message', hear)
      resolve(message)
    }
    child.on('message', hear)
    void exited.then(() => reject(new ExpectedError('the stack has not started')))
  })
  const { mysqlUrl, redisUrl, ...reached } = await ready
  return {
    ...{ ...reached, child, exited, pid: child.pid, isOwn: true },
    engines: { mysqlUrl, redisUrl, redisKeyPrefix: REDIS_KEY_PREFIX },
    close: async () => {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}
