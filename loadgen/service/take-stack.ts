import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { requestCallerToken } from '../../knative/local/caller-issuer.ts'
import { endOrphan } from '../../knative/local/engines/end-orphan.ts'
import { ownDirectory } from '../../knative/local/engines/own-directory.ts'
import { startEngines } from '../../knative/local/engines/start-engines.ts'
import { findRunningStack } from '../../knative/local/running-stack.ts'
import { PROJECT_ID, type Stack, type StackOptions, startStack } from '../../knative/local/stack.ts'
import { ExpectedError } from '../command/expected-error.ts'
import type { PubsubPlace } from './producer.ts'

const FOLDER = fileURLToPath(new URL('../../.local/replay', import.meta.url))

/** The service that a command runs against. */
export type TakenStack = {
  readonly url: string
  readonly token: string
  readonly pubsub: PubsubPlace
  /** An instance of `status` itself, past the gateway; only of a stack of its own. */
  readonly statusUrl?: string
  /** Ends a worker process at once (SIGKILL); only a stack of its own can do that. */
  readonly killWorker?: () => Promise<void>
  /** Where a stack of its own has its data. */
  readonly engines?: { readonly mysqlUrl: string; readonly redisUrl: string }
  close(): Promise<void>
}

/** One that the command has started, with all its parts. */
export type OwnStack = Required<TakenStack> & Pick<Stack, 'pools'>

/** Takes the stack of `npm start` if it runs, else starts one on empty data. */
export async function takeStack(onStep: (step: string) => void): Promise<TakenStack> {
  const running = findRunningStack()
  if (running === undefined) return await startOwnStack(onStep)
  const { url, issuerUrl, pubsubHost, projectId } = running
  const token = await requestCallerToken(issuerUrl)
  return { url, token, pubsub: { host: pubsubHost, projectId }, close: async () => undefined }
}

/** Starts one on empty data, whatever else runs; its functions scale if that is asked for. */
export async function startOwnStack(
  onStep: (step: string) => void,
  scaled: Pick<StackOptions, 'manifests' | 'autoscaling'> = {},
): Promise<OwnStack> {
  const closers: (() => Promise<void> | void)[] = [ownDirectory(FOLDER)]
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    await emptyFolder()
    onStep('database and cache')
    const engines = await startEngines({ dataDir: join(FOLDER, 'engines') })
    closers.push(() => engines.close())
    const { mysqlUrl, redisUrl } = engines
    const folder = join(FOLDER, 'stack')
    const stack = await startStack({ folder, mysqlUrl, redisUrl, port: 0, onStep, ...scaled })
    closers.push(() => stack.close())
    const killWorker = async () => {
      const [worker] = stack.pools.get('worker')?.instances ?? []
      if (worker === undefined) throw new ExpectedError('there is no worker to kill')
      await worker.child.kill()
    }
    const token = await requestCallerToken(stack.issuer.url)
    const pubsub = { host: stack.pubsub.host, projectId: PROJECT_ID }
    const statusUrl = `http://127.0.0.1:${stack.pools.get('status')?.instances[0]?.port}`
    const { url, pools } = stack
    return { url, token, pubsub, statusUrl, killWorker, engines: { mysqlUrl, redisUrl }, pools, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Removes what an earlier command left, and what it left running if it was killed. */
async function emptyFolder(): Promise<void> {
  for (const engine of ['mysql', 'redis']) {
    const folder = join(FOLDER, 'engines', engine)
    await endOrphan(join(folder, 'pid'), folder)
  }
  for (const name of readdirSync(FOLDER)) {
    if (name !== 'owner') rmSync(join(FOLDER, name), { recursive: true, force: true })
  }
}
