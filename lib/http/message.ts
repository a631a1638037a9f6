import type { IncomingHttpHeaders } from 'node:http'

/** A request as a function sees it: read whole, within the size limit. */
export type HttpRequest = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** The parts of the path that the route names, decoded. */
  readonly params: Readonly<Record<string, string>>
}

/** An answer. The body is written as JSON, money in it exact (see `moneyJson`); a Buffer as it is. */
export type HttpResponse = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export type Handler = (request: HttpRequest) => Promise<HttpResponse> | HttpResponse
