import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PubSub, v1 } from '@google-cloud/pubsub'
import { credentials } from '@grpc/grpc-js'
import { afterAll } from '@jest/globals'
import { exportJWK, generateKeyPair } from 'jose'
import { type PubsubOptions, startPubsub } from '../../../../../knative/local/pubsub/index.ts'
import type { Page, SubscriptionStatus } from '../../../../../knative/local/pubsub/page.ts'

export const PROJECT = 'settle'

const cleanups: (() => unknown)[] = []

/** Closes all that the test opened, last first. */
export async function closeAll(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
}

/** Registers something to close after the test. */
export function afterTest(cleanup: () => unknown): void {
  cleanups.push(cleanup)
}

// One key for all tests of a file: making one takes 100 ms and more, which is most of what an emulator takes to start.
let signingKeyFile: Promise<string> | undefined
afterAll(async () => {
  if (signingKeyFile) await rm(dirname(await signingKeyFile), { recursive: true })
})

async function makeSigningKey(): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const file = join(await mkdtemp(join(tmpdir(), 'pubsub-fixture-')), 'key.json')
  await writeFile(file, JSON.stringify(await exportJWK(privateKey)))
  return file
}

/** An emulator with the real client connected to it, as an application would. */
export async function startFixture(options: Partial<PubsubOptions> = {}) {
  // Otherwise the client looks for a metadata server, which only a machine in the cloud has.
  process.env['METADATA_SERVER_DETECTION'] = 'none'
  signingKeyFile ??= makeSigningKey()
  // Off unless a test is about them: most tests refuse pushes, and would wait.
  const pubsub = await startPubsub({
    port: 0,
    adminPort: 0,
    signingKeyFile: await signingKeyFile,
    pushBackoff: false,
    pushSlowStart: false,
    ...options,
  })
  afterTest(() => pubsub.close())
  process.env['PUBSUB_EMULATOR_HOST'] = pubsub.host
  const client = new PubSub({ projectId: PROJECT })
  afterTest(() => client.close())
  const [servicePath, port] = pubsub.host.split(':')
  const raw = { servicePath: servicePath ?? '', port: Number(port), sslCreds: credentials.createInsecure() }
  const publisher = new v1.PublisherClient(raw)
  afterTest(() => publisher.close())
  const subscriber = new v1.SubscriberClient(raw)
  afterTest(() => subscriber.close())
  const page = async (): Promise<Page> => (await fetch(pubsub.adminUrl)).json() as Promise<Page>
  const status = async (name: string): Promise<SubscriptionStatus> => {
    const found = (await page()).subscriptions[`projects/${PROJECT}/subscriptions/${name}`]
    if (found === undefined) throw new Error(`no subscription ${name}`)
    return found
  }
  const publish = async (topic: string, texts: readonly string[], orderingKey = '') => {
    const messages = texts.map(text => ({ data: Buffer.from(text), orderingKey }))
    const [{ messageIds }] = await publisher.publish({
      topic: `projects/${PROJECT}/topics/${topic}`,
      messages,
    })
    return messageIds ?? []
  }
  return { pubsub, client, publisher, subscriber, page, status, publish }
}

type PushBody = {
  message: {
    data: string
    attributes?: Record<string, string>
    messageId: string
    message_id: string
    publishTime: string
    publish_time: string
    orderingKey?: string
  }
  subscription: string
  deliveryAttempt?: number
}

/** A push that arrived; it stays unanswered until the test answers it. */
export type Push = {
  /** The request body as it came. */
  readonly bytes: Buffer
  /** Of a wrapped push. */
  readonly body: PushBody
  /** The message's data, of a wrapped push. */
  readonly text: string
  readonly headers: IncomingHttpHeaders
  readonly response: ServerResponse
  answer(status: number): void
  /** Resolves when the emulator has let go of the request. */
  readonly gone: Promise<void>
}

/** A real HTTP server that receives pushes; the test takes them one by one, in the order of arrival. */
export async function startEndpoint() {
  const arrived: Push[] = []
  const waiting: ((push: Push) => void)[] = []
  const server = createServer(async (request, response) => {
    const gone = new Promise<void>(resolve => response.once('close', resolve))
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const push = pushFrom(Buffer.concat(chunks), request.headers, response, gone)
    const taker = waiting.shift()
    if (taker) taker(push)
    else arrived.push(push)
  })
  // On a busy machine two pushes may lie five seconds apart: a connection closed just then would be one more nack.
  server.keepAliveTimeout = 600_000
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  afterTest(() => {
    server.closeAllConnections()
    return new Promise(resolve => server.close(resolve))
  })
  const next = (): Promise<Push> => {
    const push = arrived.shift()
    return push ? Promise.resolve(push) : new Promise(resolve => waiting.push(resolve))
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/push`,
    next,
    /** Pushes that arrived and were not taken. */
    arrived: () => arrived.map(({ text }) => text),
    async take(count: number): Promise<Push[]> {
      const pushes: Push[] = []
      while (pushes.length < count) pushes.push(await next())
      return pushes
    },
  }
}

function pushFrom(
  bytes: Buffer,
  headers: IncomingHttpHeaders,
  response: ServerResponse,
  gone: Promise<void>,
): Push {
  return {
    bytes,
    headers,
    response,
    gone,
    // Read when asked for, as an unwrapped push is no JSON.
    get body() {
      return JSON.parse(bytes.toString()) as PushBody
    },
    get text() {
      return Buffer.from(this.body.message.data ?? '', 'base64').toString()
    },
    answer: status => response.writeHead(status).end(),
  }
}

/** Resolves when the condition holds; asking again costs a round trip, so this does not spin. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(setImmediate)
}
