import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request that an instance has begun. */
export type Begun = { readonly path: string; readonly pid: number; answer(): void }

/** Decides when the instances of `run-gated-function.ts` answer, and knows what they have. */
export class Gate {
  /** Answers as soon as it is asked. */
  isOpen = true
  /** Whether `/healthz` of an instance answers 200. */
  isHealthy: (pid: number) => boolean = () => true
  /** Those that instances have begun and not answered yet, in the order they came. */
  readonly begun: Begun[] = []
  readonly terminating: number[] = []
  /** Of one instance, the most at once so far. */
  mostAtOnce = 0
  readonly #server = createServer((request, response) => this.#ask(request, response))

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Answers all that have begun, and all that begin from now on. */
  open(): void {
    this.isOpen = true
    for (const { answer } of [...this.begun]) answer()
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  /** How many that instance has begun. */
  countOf(pid: number): number {
    return this.begun.filter(begun => begun.pid === pid).length
  }

  #ask(request: IncomingMessage, response: ServerResponse): void {
    const { url: path = '/', headers } = request
    const pid = Number(headers['x-pid'])
    if (path === '/healthz') {
      response.writeHead(this.isHealthy(pid) ? 200 : 503).end()
      return
    }
    if (path === '/terminating') {
      this.terminating.push(pid)
      response.end()
      return
    }
    const leave = () => {
      const index = this.begun.indexOf(begun)
      if (index >= 0) this.begun.splice(index, 1)
    }
    const answer = () => {
      leave()
      response.end(String(pid))
    }
    const begun: Begun = { path, pid, answer }
    this.begun.push(begun)
    this.mostAtOnce = Math.max(this.mostAtOnce, this.countOf(pid))
    response.on('close', leave)
    if (this.isOpen) begun.answer()
  }
}
