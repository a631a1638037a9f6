import { mkdirSync } from 'node:fs'
import { connectMysql } from '../../lib/mysql/connect.ts'
import { migrate } from '../../lib/mysql/migrate.ts'
import { CALLER_AUDIENCE, CALLER_ISSUER, type CallerIssuer, startCallerIssuer } from './caller-issuer.ts'
import { createTopology } from './create-topology.ts'
import { type PubsubProcess, preparePubsub } from './pubsub-process.ts'
import { callScheduled, runSchedules } from './run-schedules.ts'
import type { FunctionPool } from './serving/function-pool.ts'
import { type Listening, listenInternal, listenPublic } from './serving/gateway.ts'
import { makePools } from './serving/make-pools.ts'
import { type Manifest, readManifests } from './serving/manifest.ts'
import type { Autoscaling } from './serving/scale-by-manifest.ts'
import { readWiring } from './wiring.ts'

export const PROJECT_ID = 'settle'

export type StackOptions = {
  /** For logs and the push key. */
  readonly folder: string
  readonly mysqlUrl: string
  readonly redisUrl: string
  /** Where callers connect; 0 takes a free port. */
  readonly port: number
  /** Told of each step of the start. */
  readonly onStep?: (step: string) => void
  /** Functions scale as their annotations say. Absent: each has its minScale of instances, at least one, all the time. */
  readonly autoscaling?: Autoscaling
  /** Those of knative/services, unless others are given. */
  readonly manifests?: readonly Manifest[]
}

/** The whole of Settle on one machine, on engines that are there already. */
export type Stack = {
  /** Where callers connect. */
  readonly url: string
  /** Where callers have their tokens from. */
  readonly issuer: CallerIssuer
  readonly pubsub: PubsubProcess
  readonly pools: ReadonlyMap<string, FunctionPool>
  /** Pub/Sub came back empty: creates its topics and subscriptions again. */
  createTopology(): Promise<void>
  /** Makes the scheduler's call to a function now. */
  runSchedule(functionName: string): Promise<Response>
  close(): Promise<void>
}

/** Starts Pub/Sub, the schema, the functions from their manifests, the gateway and the schedules. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { folder, port, onStep = () => undefined } = options
  mkdirSync(folder, { recursive: true })
  const wiring = readWiring()
  const closers: (() => Promise<unknown> | unknown)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    const pubsub = await preparePubsub(folder)
    closers.push(() => pubsub.stop())
    onStep('Pub/Sub')
    await pubsub.start()
    // Google's client reads these from the environment, here and in the functions.
    process.env['PUBSUB_EMULATOR_HOST'] = pubsub.host
    process.env['METADATA_SERVER_DETECTION'] = 'none'
    onStep('schema')
    await migrateSchema(options.mysqlUrl)
    onStep('functions')
    const issuer = await startCallerIssuer(folder)
    closers.push(() => issuer.close())
    const pools = makeFunctions(options, pubsub, issuer)
    closers.push(() => Promise.all([...pools.values()].map(pool => pool.close())))
    await Promise.all([...pools.values()].map(pool => pool.start()))
    const inside = await listenInside(pools)
    closers.push(() => Promise.all([...inside.values()].map(listening => listening.close())))
    const functionUrls = new Map([...inside].map(([name, { url }]) => [name, url]))
    const { pushServiceAccount } = pubsub
    const topology = () => createTopology({ projectId: PROJECT_ID, wiring, functionUrls, pushServiceAccount })
    onStep('topics and subscriptions')
    await topology()
    const callers = { functionUrls, token: pubsub.token }
    closers.push(runSchedules({ schedules: wiring.schedules, ...callers }))
    const gateway = await listenPublic(port, wiring.routes, pools)
    closers.push(() => gateway.close())
    const runSchedule = (functionName: string) => {
      const schedule = wiring.schedules.find(rule => rule.function === functionName)
      if (schedule === undefined) throw new Error(`knative/wiring.yaml has no schedule for ${functionName}`)
      return callScheduled(callers, schedule)
    }
    return { url: gateway.url, issuer, pubsub, pools, createTopology: topology, runSchedule, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The addresses inside the cluster, by function. */
async function listenInside(pools: ReadonlyMap<string, FunctionPool>): Promise<Map<string, Listening>> {
  const listening = [...pools].map(async ([name, pool]) => [name, await listenInternal(pool)] as const)
  return new Map(await Promise.all(listening))
}

function makeFunctions(
  options: StackOptions,
  pubsub: PubsubProcess,
  issuer: CallerIssuer,
): Map<string, FunctionPool> {
  // What no manifest says: where things are on this machine, and instead of the secrets.
  const given = {
    MYSQL_URL: options.mysqlUrl,
    REDIS_URL: options.redisUrl,
    PUBSUB_PROJECT_ID: PROJECT_ID,
    PUBSUB_EMULATOR_HOST: pubsub.host,
    PUSH_ISSUER: pubsub.issuer,
    PUSH_JWKS_URL: pubsub.jwksUrl,
    PUSH_SERVICE_ACCOUNT: pubsub.pushServiceAccount,
    CALLER_ISSUER,
    CALLER_JWKS_URL: issuer.jwksUrl,
    CALLER_AUDIENCE,
    // All that a developer runs at once is one caller.
    RATE_LIMIT_REQUESTS: '1000000',
    // Google's client would look for Google's metadata server, which is not here.
    METADATA_SERVER_DETECTION: 'none',
  }
  return makePools(options.manifests ?? readManifests(), { ...options, given })
}

async function migrateSchema(mysqlUrl: string): Promise<void> {
  const db = connectMysql({
    mysqlUrl,
    mysqlPoolSize: 4,
    mysqlLockWaitSeconds: 5,
    mysqlAcquireMilliseconds: 10_000,
  })
  try {
    await migrate(db)
  } finally {
    await db.destroy()
  }
}
