import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import type { Dispatcher } from 'undici'
import { unavailable } from '../../../lib/http/problem.ts'
import { writeResponse } from '../../../lib/http/write-response.ts'
import type { Line, Standing } from './line.ts'

/** These concern one connection (RFC 9110, section 7.6.1), of which each side has its own. */
const OF_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'expect'])

/** Half of what Node reads ahead of a request: what is less has been read, whoever wants it. */
const LARGE_BYTES = 32_768

/** Where a request is; told once when that is over, and whether the way to the instance has failed. */
export type Place = { left(exchange: Exchange, hasFailed: boolean): void }

/**
 * A request on its way to an instance, and the answer on its way back, byte for byte. An instance that is not there or dies half way
 * gives 503: what became of the request is not known, and the same request may be sent again.
 */
export class Exchange implements Dispatcher.DispatchHandler, Standing<Exchange> {
  /** Where it stands, and between whom: the line's to set. */
  line: Line<Exchange> | undefined
  before: Exchange | undefined
  behind: Exchange | undefined
  /** When it is answered 504, by `performance.now()`: the revision's to set, once. */
  deadlineMs = Number.POSITIVE_INFINITY
  revision: Place | undefined
  queue: Place | undefined
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  #piped: PassThrough | undefined
  #controller: Dispatcher.DispatchController | undefined
  #bytesLeft = Number.NaN
  #isWaiting = true
  #isOver = false

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request
    this.#response = response
    response.on('close', () => {
      if (!response.writableFinished) this.#giveUp('the caller has gone')
    })
  }

  /** It has not been handed to an instance. */
  get isWaiting(): boolean {
    return this.#isWaiting
  }

  /** Takes too long: answers 504 as queue-proxy does, or cuts the answer off where it is. */
  timeOut(): void {
    const response = this.#response
    if (response.headersSent) response.destroy()
    else response.writeHead(504, { 'content-type': 'text/plain' }).end('request timeout')
    this.#giveUp('it has taken longer than timeoutSeconds')
  }

  /** Hands it to an instance. */
  send(client: Dispatcher): void {
    this.#isWaiting = false
    const { method = 'GET', url = '/', headers } = this.#request
    client.dispatch({ method, path: url, headers: forNextHop(headers), body: this.#bodyToSend() }, this)
  }

  /**
   * The client destroys what it is given when the answer comes before all of the body. Nobody could read on then, and the caller's
   * connection would stand still: so a large one goes through a stream of its own, which costs a tenth of what the gateway does.
   */
  #bodyToSend(): IncomingMessage | PassThrough | null {
    const { headers } = this.#request
    const length = 'transfer-encoding' in headers ? LARGE_BYTES : Number(headers['content-length'] ?? 0)
    if (length === 0) return null
    if (length < LARGE_BYTES) return this.#request
    this.#piped = this.#request.pipe(new PassThrough())
    return this.#piped
  }

  /** Answers 503, and is over. */
  fail(message: string, hasFailed = false): void {
    if (this.#isOver) return
    if (this.#response.headersSent) this.#response.destroy()
    else writeResponse(this.#response, unavailable(message))
    this.#end(hasFailed)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#isOver) controller.abort(new Error('it is over'))
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders) {
    // One below 200 comes before the answer.
    if (this.#isOver || status < 200) return
    this.#bytesLeft = Number(headers['content-length'])
    this.#response.writeHead(status, forNextHop(headers))
    // A stream may be silent for long after its head.
    if (Number.isNaN(this.#bytesLeft)) this.#response.flushHeaders()
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return
    this.#bytesLeft -= chunk.length
    // Head and body together, in one call of the system.
    if (this.#bytesLeft === 0) this.#response.end(chunk)
    else if (!this.#response.write(chunk)) {
      controller.pause()
      this.#response.once('drain', () => controller.resume())
    }
  }

  onResponseEnd(): void {
    if (!this.#isOver && !this.#response.writableEnded) this.#response.end()
    this.#end()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error.message, true)
  }

  #giveUp(why: string): void {
    if (this.#isOver) return
    this.#end()
    this.#controller?.abort(new Error(why))
  }

  #end(hasFailed = false): void {
    if (this.#isOver) return
    this.#isOver = true
    // What is still to come of the body is in the way of the caller's next request.
    if (this.#piped !== undefined) this.#request.unpipe(this.#piped).resume()
    if (this.queue === undefined) this.line?.remove(this)
    else this.queue.left(this, hasFailed)
    this.revision?.left(this, hasFailed)
  }
}

function forNextHop(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const kept: IncomingHttpHeaders = {}
  for (const name in headers) if (!OF_CONNECTION.has(name)) kept[name] = headers[name]
  return kept
}
