import { parseFault } from './fault-request.ts'
import type { Faults } from './faults.ts'
import type { Page } from './page.ts'
import { PAGE_HTML } from './page-html.ts'
import type { TokenSigner } from './token.ts'

type AdminRequest = { method: string; path: string; body: string; wantsHtml: boolean }
/** A string is a page for people, anything else is sent as JSON. */
export type Answer = { code: number; body: unknown }
export type AdminRoutes = (request: AdminRequest) => Answer | Promise<Answer>

/**
 * `GET /` what is where (a page for a browser, JSON for a program), `GET /jwks`, `POST /token` for a local scheduler
 * that has to present what the cloud's would, and `/faults` to order faults, list them and call them off.
 */
export function adminRoutes(signer: TokenSigner, faults: Faults, page: () => Page): AdminRoutes {
  return ({ method, path, body, wantsHtml }) => {
    const route = `${method} ${path}`
    switch (route) {
      case 'GET /':
        return { code: 200, body: wantsHtml ? PAGE_HTML : page() }
      case 'GET /jwks':
        return { code: 200, body: signer.keySet }
      case 'POST /token':
        return signToken(signer, body)
      case 'GET /faults':
        return { code: 200, body: faults.list() }
      case 'POST /faults':
        return orderFault(faults, body)
      case 'DELETE /faults':
        faults.clear()
        return { code: 200, body: faults.list() }
    }
    const [, id] = /^DELETE \/faults\/(\d+)$/.exec(route) ?? []
    if (id !== undefined && faults.remove(id)) return { code: 200, body: faults.list() }
    return { code: 404, body: { message: `No such resource: ${route}` } }
  }
}

function orderFault(faults: Faults, body: string): Answer {
  const parsed = parseFault(body)
  return 'fault' in parsed ? { code: 201, body: faults.add(parsed.fault) } : { code: 400, body: parsed }
}

async function signToken(signer: TokenSigner, body: string): Promise<Answer> {
  const wanted = parseTokenRequest(body)
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
