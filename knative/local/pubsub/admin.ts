import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AdminRoutes, Answer } from './admin-routes.ts'

const MAX_BODY_BYTES = 64 * 1024
const LOCAL_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/

export type RunningAdmin = {
  readonly url: string
  /** Starts answering; what it answers from needs the URL, which is known only once the server listens. */
  serve(routes: AdminRoutes): void
  close(): Promise<void>
}

/** An HTTP server on loopback only, as it signs tokens and breaks things for whoever asks. Rejects when the port is taken. */
export async function listenAdmin(port: number): Promise<RunningAdmin> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${bound}`,
    serve: routes =>
      server.on('request', (request, response) => {
        answer(request, routes).then(
          found => reply(response, found),
          // The request broke off while it was read; there is nobody to answer.
          () => response.destroy(),
        )
      }),
    close: () => closeServer(server),
  }
}

async function answer(request: IncomingMessage, routes: AdminRoutes): Promise<Answer> {
  const method = request.method ?? ''
  const [path = '/'] = (request.url ?? '/').split('?')
  if (!isLocal(request))
    return { code: 403, body: { message: 'Only for programs and pages of this machine.' } }
  const body = await readBody(request)
  if (body === undefined) return { code: 413, body: { message: `More than ${MAX_BODY_BYTES} bytes.` } }
  const wantsHtml = request.headers.accept?.includes('text/html') ?? false
  return routes({ method, path, body, wantsHtml })
}

/**
 * False for a page of another site in a browser of this machine: it can reach loopback, under a name of its own or with
 * its Origin, and must neither order faults nor be given tokens.
 */
function isLocal({ headers: { host = '', origin } }: IncomingMessage): boolean {
  return LOCAL_HOST.test(host) && (origin === undefined || origin === `http://${host}`)
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  // To the end even when it is too long: an answer to a request that is still coming in would be lost.
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  return bytes <= MAX_BODY_BYTES ? Buffer.concat(chunks).toString() : undefined
}

function reply(response: ServerResponse, { code, body }: Answer): void {
  const isText = typeof body === 'string'
  response.writeHead(code, { 'Content-Type': isText ? 'text/html; charset=utf-8' : 'application/json' })
  response.end(isText ? body : `${JSON.stringify(body, null, 2)}\n`)
}

function closeServer(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
