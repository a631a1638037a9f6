import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { until } from '../../../../../support/until.ts'
import { QUIET_MS, quiet } from './quiet.ts'

/** The wrapped push body. */
export type PushBody = {
  message: {
    data?: string
    attributes?: Record<string, string>
    messageId?: string
    message_id?: string
    publishTime?: string
    publish_time?: string
    orderingKey?: string
  }
  subscription?: string
  deliveryAttempt?: number
}

/** A push that arrived; it stays unanswered until the case answers it. */
export class Push {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly raw: string
  readonly response: ServerResponse

  constructor(method: string, headers: IncomingHttpHeaders, raw: string, response: ServerResponse) {
    this.method = method
    this.headers = headers
    this.raw = raw
    this.response = response
  }

  get body(): PushBody {
    return JSON.parse(this.raw) as PushBody
  }

  get text(): string {
    return Buffer.from(this.body.message.data ?? '', 'base64').toString()
  }

  answer(status: number, headers: Record<string, string> = {}): void {
    this.response.writeHead(status, headers).end()
  }
}

/** A URL that takes pushes; the case takes them one by one, in the order of arrival. */
export class Endpoint {
  readonly url: string
  readonly #arrived: Push[] = []
  readonly #unanswered = new Set<Push>()
  readonly #patienceMs: number
  readonly #onClose: () => void

  constructor(url: string, patienceMs: number, onClose: () => void) {
    this.url = url
    this.#patienceMs = patienceMs
    this.#onClose = onClose
  }

  /** Only for the server. */
  receive(push: Push): void {
    this.#arrived.push(push)
    this.#unanswered.add(push)
    push.response.once('close', () => this.#unanswered.delete(push))
  }

  async next(): Promise<Push> {
    const [push] = await this.take(1)
    assert(push)
    return push
  }

  /** The next pushes, all unanswered. */
  async take(count: number): Promise<Push[]> {
    const seconds = this.#patienceMs / 1_000
    await until(`${count} pushes arrive`, () => this.#arrived.length >= count, seconds)
    return this.#arrived.splice(0, count)
  }

  async takeNothing(ms = QUIET_MS): Promise<void> {
    await quiet(ms)
    assert.deepEqual(
      this.#arrived.map(({ raw }) => raw),
      [],
      'a push arrived that should not',
    )
  }

  /** Acknowledges the unanswered pushes and all later ones. */
  close(): void {
    this.#onClose()
    for (const { response } of this.#unanswered) response.end()
  }
}

export type EndpointServer = { open(patienceMs: number): Endpoint; close(): Promise<void> }

/** One HTTP server for the endpoints of all cases. */
export async function startEndpointServer(): Promise<EndpointServer> {
  const endpoints = new Map<string, Endpoint>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const endpoint = endpoints.get(request.url ?? '')
    const raw = Buffer.concat(chunks).toString()
    if (endpoint === undefined) response.end()
    else endpoint.receive(new Push(request.method ?? '', request.headers, raw, response))
  })
  // A connection closed just as a push is sent on it would be one more nack.
  server.keepAliveTimeout = 600_000
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  let opened = 0
  return {
    open(patienceMs) {
      opened += 1
      const path = `/endpoint-${opened}`
      const endpoint = new Endpoint(`http://127.0.0.1:${port}${path}`, patienceMs, () => {
        endpoints.delete(path)
      })
      endpoints.set(path, endpoint)
      return endpoint
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
