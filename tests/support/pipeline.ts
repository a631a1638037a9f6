import { randomInt } from 'node:crypto'
import { Redis } from 'ioredis'
import {
  CALLER_AUDIENCE,
  CALLER_ISSUER,
  type CallerIssuer,
  requestCallerToken,
  startCallerIssuer,
  type TokenRequest,
} from '../../knative/local/caller-issuer.ts'
import { createTopology } from '../../knative/local/create-topology.ts'
import { PUSH_SERVICE_ACCOUNT } from '../../knative/local/pubsub-process.ts'
import { callScheduled } from '../../knative/local/run-schedules.ts'
import { readWiring, type Schedule, type Wiring } from '../../knative/local/wiring.ts'
import type { LogLevel } from '../../lib/log/logger.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import './contract/results-under-contract.ts'
import { checkFunction } from './contract/under-contract.ts'
import { createDatabase } from './database.ts'
import { type RestartablePubsub, startRestartablePubsub } from './restartable-pubsub.ts'
import { serveFunctions } from './serve-functions.ts'

export type PipelineOptions = {
  /** The topics exist, but nothing is pushed, and messages are lost, until `listen` is called. */
  readonly deaf?: boolean
  /** No pause between the deliveries of a message that is nacked, and none of the subscription. */
  readonly impatient?: boolean
  readonly redisUrl?: string
  readonly mysqlUrl?: string
  /** Variables that differ from the manifests. */
  readonly env?: Readonly<Record<string, string>>
  /** From where on `logLines` has what is logged; `warn` unless another is named. */
  readonly logLevel?: LogLevel
}

/**
 * All functions in this process, as their manifests configure them, on real engines and our Pub/Sub. What they
 * answer is held against docs/openapi.yaml.
 */
export type Pipeline = {
  readonly db: Database
  readonly projectId: string
  /** Where the keys are that callers' and push tokens are signed with. */
  readonly keyFolder: string
  /** The variables of the functions that differ from their manifests: for a process of one's own. */
  readonly env: Readonly<Record<string, string>>
  /** The cache, as the functions see it. */
  readonly redis: Redis
  readonly urls: ReadonlyMap<string, string>
  readonly logLines: readonly string[]
  /** Calls a function over HTTP; a body is sent as JSON, a text as it is. */
  call(functionName: string, method: string, path: string, body?: unknown): Promise<Answer>
  readonly pushIssuer: string
  /** A caller's token; of one who may do everything unless another is named, as `call` and `send` present it. */
  callerToken(caller?: Partial<TokenRequest>): Promise<string>
  /** A push token of the service account the functions trust. */
  token(audience: string, email?: string): Promise<string>
  sweep(): Promise<Answer>
  /** Creates the subscriptions that a deaf pipeline lacks. */
  listen(): Promise<void>
  /** Pub/Sub goes away; `startPubsub` brings it back, empty, at the same addresses. */
  stopPubsub(): Promise<void>
  startPubsub(): Promise<void>
}

export type Answer = {
  readonly status: number
  readonly body: Record<string, unknown>
  /** The body as it came, digit for digit. */
  readonly text: string
  readonly headers: Headers
}

const closers: (() => Promise<void>)[] = []

/** Closes every pipeline that the test file has started; for its `afterAll`, so that a failure leaves none open. */
export async function closePipelines(): Promise<void> {
  for (const close of closers.splice(0)) await close()
}

export async function startPipeline(options: PipelineOptions = {}): Promise<Pipeline> {
  const database = await createDatabase(options.mysqlUrl)
  const pubsub = await startRestartablePubsub({ pushBackoff: options.impatient !== true })
  const projectId = `test-${randomInt(1e9)}`
  const issuer = await startCallerIssuer(pubsub.folder)
  const redisUrl = options.redisUrl ?? process.env['REDIS_URL'] ?? ''
  const redis = new Redis(redisUrl, { keyPrefix: `${projectId}:` })
  redis.on('error', () => undefined)
  const env = {
    MYSQL_URL: database.url,
    REDIS_URL: redisUrl,
    REDIS_KEY_PREFIX: `${projectId}:`,
    PUBSUB_PROJECT_ID: projectId,
    ...settingsOf(pubsub, issuer),
    ...options.env,
  }
  const functions = await serveFunctions(env, options.logLevel ?? 'warn')
  for (const [name, url] of functions.urls) checkFunction(name, url)
  closers.push(async () => {
    await pubsub.remove()
    await functions.close()
    await issuer.close()
    redis.disconnect()
    await database.drop()
  })
  const everybody = await requestCallerToken(issuer.url)
  for (const url of functions.urls.values()) presentToken(url, everybody)
  const topology = topologyOf(projectId, functions.urls, options)
  await (options.deaf === true ? topology.createTopics() : topology.createAll())
  const { urls, logLines } = functions
  return {
    ...{ db: database.db, projectId, keyFolder: pubsub.folder, env, redis, urls, logLines },
    callerToken: caller => requestCallerToken(issuer.url, caller),
    pushIssuer: pubsub.issuer,
    token: pubsub.token,
    call: (name, method, path, body) => send(method, `${urls.get(name)}${path}`, body),
    sweep: async () =>
      toAnswer(await callScheduled({ functionUrls: urls, token: pubsub.token }, sweepSchedule())),
    listen: topology.createSubscriptions,
    stopPubsub: pubsub.stop,
    startPubsub: async () => {
      await pubsub.startAgain()
      await topology.createAll()
    },
  }
}

/** Whose tokens are good; that neither many requests nor a slow machine are a fault in a test; and nothing happens unrung. */
function settingsOf(pubsub: RestartablePubsub, issuer: CallerIssuer): Record<string, string> {
  return {
    PUBSUB_EMULATOR_HOST: pubsub.host,
    PUSH_ISSUER: pubsub.issuer,
    PUSH_JWKS_URL: pubsub.jwksUrl,
    PUSH_SERVICE_ACCOUNT,
    CALLER_ISSUER,
    CALLER_JWKS_URL: issuer.jwksUrl,
    CALLER_AUDIENCE,
    RATE_LIMIT_REQUESTS: '1000000',
    PENDING_MILLISECONDS: '20000',
    REDIS_COMMAND_MILLISECONDS: '2000',
    LOOK_MILLISECONDS: '0',
  }
}

function topologyOf(projectId: string, functionUrls: ReadonlyMap<string, string>, options: PipelineOptions) {
  const wiring = readWiring()
  const noPause = { minimumSeconds: 0, maximumSeconds: 0 }
  const subscriptions = wiring.subscriptions.map(rule =>
    options.impatient === true ? { ...rule, retry: noPause } : rule,
  )
  const create = (parts: Partial<Wiring>) => {
    const topology = { ...wiring, subscriptions, ...parts }
    return createTopology({
      projectId,
      wiring: topology,
      functionUrls,
      pushServiceAccount: PUSH_SERVICE_ACCOUNT,
    })
  }
  return {
    createAll: () => create({}),
    createTopics: () => create({ subscriptions: [] }),
    createSubscriptions: () => create({ topics: [] }),
  }
}

function sweepSchedule(): Schedule {
  const schedule = readWiring().schedules.find(rule => rule.function === 'sweeper')
  if (schedule === undefined) throw new Error('no schedule calls the sweeper')
  return schedule
}

const tokens = new Map<string, string>()

/** From now on, `send` presents this caller's token at this address, unless it is given another one. */
export function presentToken(url: string, token: string): void {
  tokens.set(new URL(url).origin, token)
}

/** What `send` presents at an address. */
export function presentedAt(url: string): Record<string, string> {
  const token = tokens.get(new URL(url).origin)
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

/** Sends a request; a body that is not text is sent as JSON. */
export async function send(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  return await toAnswer(
    await fetch(url, {
      method,
      headers: {
        'content-type': 'application/json',
        ...presentedAt(url),
        ...headers,
      },
      ...(payload !== undefined && { body: payload }),
    }),
  )
}

async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  return { status: response.status, body, text, headers: response.headers }
}
