import { type Answer, readAnswer, refuse } from './answer.ts'

/** What asking needs of the outside. */
export type ApiPorts = {
  readonly fetch: typeof globalThis.fetch
  readonly token: string
  /** Is told when a function no longer takes the token. */
  readonly onUnauthenticated: (message: string) => void
}

/** A verification takes up to 15 s; whatever takes much longer will not come. */
const ANSWER_MILLISECONDS = 30_000

/** Asks the functions, always with the caller's token. An answer is a value, a refusal too: nothing is thrown. */
export class Api {
  readonly #ports: ApiPorts

  constructor(ports: ApiPorts) {
    this.#ports = ports
  }

  async get<Body>(path: string, signal?: AbortSignal): Promise<Answer<Body>> {
    return await this.#ask<Body>(path, { method: 'GET' }, signal)
  }

  async post<Body>(path: string, body?: unknown): Promise<Answer<Body>> {
    if (body === undefined) return await this.#ask<Body>(path, { method: 'POST' })
    return await this.#ask<Body>(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
  }

  /** Opens a stream; the caller reads it. Throws where no answer comes. */
  async open(
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Response> {
    const response = await this.#ports.fetch(path, {
      headers: { ...headers, ...this.#authorization },
      signal,
    })
    if (response.status === 401) this.#ports.onUnauthenticated('Your token is no longer valid.')
    return response
  }

  async #ask<Body>(path: string, init: RequestInit, signal?: AbortSignal): Promise<Answer<Body>> {
    const limit = AbortSignal.timeout(ANSWER_MILLISECONDS)
    const headers = { ...(init.headers as Record<string, string>), ...this.#authorization }
    try {
      const response = await this.#ports.fetch(path, {
        ...init,
        headers,
        cache: 'no-store',
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      })
      const text = await response.text()
      const answer = readAnswer<Body>(response.status, text, response.headers.get('retry-after'))
      if (!answer.ok && answer.status === 401) this.#ports.onUnauthenticated(answer.message)
      return answer
    } catch {
      return refuse(0, 'Settle may be starting again, or the network is away.')
    }
  }

  get #authorization(): Record<string, string> {
    return { authorization: `Bearer ${this.#ports.token}` }
  }
}
