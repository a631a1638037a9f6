import { randomInt } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Redis } from 'ioredis'
import { exportJWK, generateKeyPair } from 'jose'
import { createTopology } from '../../knative/local/create-topology.ts'
import { startPubsub } from '../../knative/local/pubsub/index.ts'
import { callScheduled } from '../../knative/local/run-schedules.ts'
import { readManifests } from '../../knative/local/serving/manifest.ts'
import { readWiring, type Wiring } from '../../knative/local/wiring.ts'
import type { OpenFunctionFrom } from '../../lib/http/run-function.ts'
import { type RunningServer, serve } from '../../lib/http/serve.ts'
import { createLogger } from '../../lib/log/logger.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { createDatabase } from './database.ts'

export const PUSH_ACCOUNT = 'settle-push@settle.iam.gserviceaccount.com'

export type PipelineOptions = {
  /** The topics exist, but nothing is pushed, and messages are lost, until `listen` is called. */
  readonly deaf?: boolean
  /** No pause between the deliveries of a message that is nacked. */
  readonly impatient?: boolean
  readonly redisUrl?: string
  readonly mysqlUrl?: string
  /** Variables that differ from the manifests. */
  readonly env?: Readonly<Record<string, string>>
}

/** All functions in this process, as their manifests configure them, on real engines and our Pub/Sub. */
export type Pipeline = {
  readonly db: Database
  readonly projectId: string
  /** The cache, as the functions see it. */
  readonly redis: Redis
  readonly urls: Readonly<Record<string, string>>
  /** What the functions logged, from warnings on. */
  readonly logLines: readonly string[]
  /** Calls a function over HTTP; a body is sent as JSON, a text as it is. */
  call(functionName: string, method: string, path: string, body?: unknown): Promise<Answer>
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
  readonly headers: Headers
}

const closers: (() => Promise<void>)[] = []

/** Closes every pipeline that the test file has started; for its `afterAll`, so that a failure leaves none open. */
export async function closePipelines(): Promise<void> {
  for (const close of closers.splice(0)) await close()
}

export async function startPipeline(options: PipelineOptions = {}): Promise<Pipeline> {
  const database = await createDatabase(options.mysqlUrl)
  const keyFile = join(await mkdtemp(join(tmpdir(), 'settle-key-')), 'key.json')
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  await writeFile(keyFile, JSON.stringify(await exportJWK(privateKey)))
  let pubsub = await startPubsub({ port: 0, adminPort: 0, signingKeyFile: keyFile })
  // Read by Google's client when a publisher is made.
  process.env['PUBSUB_EMULATOR_HOST'] = pubsub.host
  process.env['METADATA_SERVER_DETECTION'] = 'none'
  const projectId = `test-${randomInt(1e9)}`
  const redisUrl = options.redisUrl ?? process.env['REDIS_URL'] ?? ''
  const redis = new Redis(redisUrl, { keyPrefix: `${projectId}:` })
  redis.on('error', () => undefined)
  const env = {
    MYSQL_URL: database.url,
    REDIS_URL: redisUrl,
    REDIS_KEY_PREFIX: `${projectId}:`,
    PUBSUB_PROJECT_ID: projectId,
    PUSH_ISSUER: pubsub.issuer,
    PUSH_JWKS_URL: pubsub.jwksUrl,
    PUSH_SERVICE_ACCOUNT: PUSH_ACCOUNT,
    ...options.env,
  }
  const urls: Record<string, string> = {}
  const logLines: string[] = []
  const running: { server: RunningServer; close(): Promise<void> }[] = []
  for (const manifest of readManifests()) {
    const { open } = (await import(`../../functions/${manifest.name}/index.ts`)) as { open: OpenFunctionFrom }
    const log = createLogger(manifest.name, 'warn', { write: line => void logLines.push(line) })
    const opened = await open({ ...manifest.env, ...env }, log)
    const name = manifest.name
    const server = await serve({ name, port: 0, maxBodyBytes: 2_097_152, ...opened, log })
    running.push({ server, close: opened.close })
    urls[name] = `http://127.0.0.1:${server.port}`
  }
  const wiring = readWiring()
  const functionUrls = new Map(Object.entries(urls))
  const create = (parts: Partial<Wiring>) =>
    createTopology({
      projectId,
      wiring: { ...wiring, ...parts },
      functionUrls,
      pushServiceAccount: PUSH_ACCOUNT,
    })
  const noPause = { minimumSeconds: 0, maximumSeconds: 0 }
  const subscriptions = wiring.subscriptions.map(rule =>
    options.impatient === true ? { ...rule, retry: noPause } : rule,
  )
  await create({ subscriptions: options.deaf === true ? [] : subscriptions })

  const token = async (audience: string, email = PUSH_ACCOUNT) => {
    const answer = await send('POST', `${pubsub.adminUrl}/token`, { audience, email })
    return String(answer.body['token'])
  }
  closers.push(async () => {
    await pubsub.close()
    await rm(dirname(keyFile), { recursive: true })
    for (const { server, close } of running) {
      server.cut()
      await server.drain()
      await close()
    }
    redis.disconnect()
    await database.drop()
  })
  return {
    db: database.db,
    projectId,
    redis,
    urls,
    logLines,
    token,
    call: (name, method, path, body) => send(method, `${urls[name]}${path}`, body),
    sweep: async () => {
      const schedule = wiring.schedules.find(rule => rule.function === 'sweeper')
      if (schedule === undefined) throw new Error('no schedule calls the sweeper')
      return await toAnswer(await callScheduled({ functionUrls, token }, schedule))
    },
    listen: () => create({ topics: [], subscriptions }),
    stopPubsub: () => pubsub.close(),
    startPubsub: async () => {
      const [port, adminPort] = [pubsub.host, pubsub.adminUrl].map(address =>
        Number(address.split(':').at(-1)),
      )
      pubsub = await startPubsub({ port: port ?? 0, adminPort: adminPort ?? 0, signingKeyFile: keyFile })
      await create({ subscriptions })
    },
  }
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
      headers: { 'content-type': 'application/json', ...headers },
      ...(payload !== undefined && { body: payload }),
    }),
  )
}

async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  return { status: response.status, body, headers: response.headers }
}
