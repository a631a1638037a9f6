import type { IncomingHttpHeaders } from 'node:http'
import type { Writable } from 'node:stream'

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

/**
 * An answer. The body is written as JSON, money in it exact (see `moneyJson`); a Buffer as it is. A stream has no body: it
 * is given where to write once the headers are written, unless the caller has gone, and has to end what it was given.
 */
export type HttpResponse = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly stream?: (sink: Writable) => void
}

export type Handler = (request: HttpRequest) => Promise<HttpResponse> | HttpResponse
