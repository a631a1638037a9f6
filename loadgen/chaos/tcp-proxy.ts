import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { freePort } from '../../knative/local/engines/free-port.ts'
import { Wire } from './wire.ts'

type Pair = { readonly near: Socket; readonly far: Socket }

/** A way to an engine that can be cut, closed, slowed and silenced; what is on it arrives whole and in order, or not at all. */
export class TcpProxy {
  readonly port: number
  readonly #farPort: number
  readonly #pairs = new Set<Pair>()
  readonly #wire = new Wire()
  #server: Server | undefined

  private constructor(port: number, farPort: number) {
    this.port = port
    this.#farPort = farPort
  }

  /** Listens on a free port in front of a port of this machine. */
  static async listen(farPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(await freePort(), farPort)
    await proxy.open()
    return proxy
  }

  /** How many connections go through it. */
  get connections(): number {
    return this.#pairs.size
  }

  /** Takes connections again. */
  async open(): Promise<void> {
    if (this.#server !== undefined) return
    const server = createServer({ allowHalfOpen: true, noDelay: true }, near => this.#join(near))
    this.#server = server
    server.listen(this.port, '127.0.0.1')
    await once(server, 'listening')
  }

  /** Takes no more: who connects is refused, until `open`. Those that are through stay. */
  async refuse(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    // It says that it is closed only when the last connection is; it listens no more at once.
    server.close()
  }

  /** Cuts all connections, without a farewell. */
  cut(): void {
    for (const { near, far } of this.#pairs) {
      near.resetAndDestroy()
      far.destroy()
    }
  }

  /** From now on all that is sent, either way, arrives so much later. */
  slow(milliseconds: number): void {
    this.#wire.delayMilliseconds = milliseconds
  }

  /** Nothing arrives any more, no end of a connection either, until `resume`; then all that was sent does. */
  silence(): void {
    this.#wire.silence()
  }

  resume(): void {
    this.#wire.resume()
  }

  async close(): Promise<void> {
    this.resume()
    await this.refuse()
    this.cut()
  }

  #join(near: Socket): void {
    const far = connect({ port: this.#farPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    const pair = { near, far }
    this.#pairs.add(pair)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      const lane = this.#wire.lane()
      from.on('data', chunk => void lane.send(() => hand(chunk, from, to)))
      from.on('end', () => void lane.send(() => void to.end()))
      from.on('error', () => undefined)
      from.on('close', () => {
        this.#pairs.delete(pair)
        void lane.send(() => void to.destroy())
      })
    }
  }
}

/** A sender that is faster than its receiver waits, as it would without us. */
function hand(chunk: Buffer, from: Socket, to: Socket): void {
  if (to.destroyed || to.write(chunk)) return
  from.pause()
  to.once('drain', () => from.resume())
}
