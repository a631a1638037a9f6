import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'

/** An npm registry that has two packages, of which `two` needs `one`, and an opinion on them. */
export class StandInRegistry {
  /** The packages that it was asked about, once for each audit. */
  readonly asked: unknown[] = []
  readonly #server = createServer((request, response) => this.#answer(request, response))
  #answerAudit: RequestListener

  constructor(answerAudit: RequestListener) {
    this.#answerAudit = answerAudit
  }

  /** Its address. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #answer: RequestListener = async (request, response) => {
    if (request.method === 'POST') {
      this.asked.push(JSON.parse(await text(request.pipe(createGunzip()))))
      this.#answerAudit(request, response)
      return
    }
    const name = request.url?.slice(1) ?? ''
    const dependencies = name === 'two' ? { one: '^1.0.0' } : {}
    const version = (number: string) => ({ name, version: number, dependencies })
    const versions = { '1.0.0': version('1.0.0'), '2.0.0': { ...version('2.0.0'), dependencies: {} } }
    answerJson({ name, 'dist-tags': { latest: '2.0.0' }, versions })(request, response)
  }
}

export function answerJson(body: unknown): RequestListener {
  return (_request, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
}

/** That version 1 of `one` has a fault. */
export function advisoryOf(severity: string) {
  const url = 'https://github.com/advisories/GHSA-none'
  const about = { id: 1, url, title: 'Takes what it is not given', severity }
  return {
    one: [{ ...about, vulnerable_versions: '<2.0.0', cwe: [], cvss: { score: 0, vectorString: null } }],
  }
}
