import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from './page.ts'
import type { TokenSigner } from './token.ts'

const MAX_BODY_BYTES = 64 * 1024

export type RunningAdmin = {
  readonly url: string
  /** Starts answering; what it answers from needs the URL, which is known only once the server listens. */
  serve(signer: TokenSigner, page: () => Page): void
  close(): Promise<void>
}

/** An HTTP server on loopback only, as it signs tokens for whoever asks. Rejects when the port is taken. */
export async function listenAdmin(port: number): Promise<RunningAdmin> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${bound}`,
    serve: (signer, page) =>
      server.on('request', (request, response) => {
        answer(request, signer, page).then(
          ({ code, body }) => reply(response, code, body),
          // The request broke off while it was read; there is nobody to answer.
          () => response.destroy(),
        )
      }),
    close: () => closeServer(server),
  }
}

type Answer = { code: number; body: unknown }

/** `GET /`, `GET /jwks`, and `POST /token` for a local scheduler that has to present what the cloud's would. */
async function answer(request: IncomingMessage, signer: TokenSigner, page: () => Page): Promise<Answer> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const route = `${request.method} ${pathname}`
  if (route === 'GET /') return { code: 200, body: page() }
  if (route === 'GET /jwks') return { code: 200, body: signer.keySet }
  if (route !== 'POST /token') return { code: 404, body: { message: `No such resource: ${route}` } }
  const wanted = parseTokenRequest(await readBody(request))
  if (wanted === undefined) {
    return { code: 400, body: { message: 'Send {"audience": "…", "email": "…"}, both not empty.' } }
  }
  return { code: 200, body: { token: await signer.token(wanted.audience, wanted.email) } }
}

function parseTokenRequest(text: string): { audience: string; email: string } | undefined {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof body !== 'object' || body === null || !('audience' in body) || !('email' in body))
    return undefined
  const { audience, email } = body
  if (typeof audience !== 'string' || typeof email !== 'string') return undefined
  return audience !== '' && email !== '' ? { audience, email } : undefined
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) return ''
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function reply(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'Content-Type': 'application/json' })
  response.end(`${JSON.stringify(body, null, 2)}\n`)
}

function closeServer(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
