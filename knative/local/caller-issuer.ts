import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'

/** Whom a token is for, and what it allows: scopes with a space between. */
export type TokenRequest = { readonly sub: string; readonly scope: string }

/** Stands in for the identity provider that callers have their tokens from. */
export type CallerIssuer = {
  readonly url: string
  readonly jwksUrl: string
  /** Ends it; tokens stay good, if it is started again in the same folder. */
  close(): Promise<void>
}

export const CALLER_ISSUER = 'settle-local'
export const CALLER_AUDIENCE = 'settle'

/** Everything there is to allow. */
const EVERY_SCOPE = 'transactions:write accounts:write read ops all'

/** A day's work. Nobody but this machine takes these tokens. */
const LIFETIME = '12h'

/** Starts it on a free port of this machine: `GET /jwks`, and `POST /token` with a TokenRequest. */
export async function startCallerIssuer(folder: string): Promise<CallerIssuer> {
  const { privateJwk, publicJwk } = await loadKey(join(folder, 'caller-key.json'))
  const privateKey = await importJWK(privateJwk, 'ES256')
  const sign = ({ sub, scope }: TokenRequest) =>
    new SignJWT({ scope })
      .setProtectedHeader({ alg: 'ES256', kid: publicJwk.kid ?? '' })
      .setIssuer(CALLER_ISSUER)
      .setAudience(CALLER_AUDIENCE)
      .setSubject(sub)
      .setIssuedAt()
      .setExpirationTime(LIFETIME)
      .sign(privateKey)
  const answer = async (request: IncomingMessage): Promise<[number, object]> => {
    if (request.url === '/jwks') return [200, { keys: [publicJwk] }]
    if (request.url !== '/token' || request.method !== 'POST')
      return [404, { message: 'There is nothing here.' }]
    const wanted = await json(request).catch(() => undefined)
    if (isTokenRequest(wanted)) return [200, { token: await sign(wanted) }]
    return [400, { message: 'Send {"sub": "…", "scope": "read …"}.' }]
  }
  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
  return { url, jwksUrl: `${url}/jwks`, close }
}

/** Asks the issuer at this address for a token; of somebody who may do everything, unless another is named. */
export async function requestCallerToken(
  issuerUrl: string,
  { sub = 'developer', scope = EVERY_SCOPE }: Partial<TokenRequest> = {},
): Promise<string> {
  const response = await fetch(`${issuerUrl}/token`, { method: 'POST', body: JSON.stringify({ sub, scope }) })
  const { token } = (await response.json()) as { token: string }
  return token
}

async function loadKey(file: string): Promise<{ privateJwk: JWK; publicJwk: JWK }> {
  if (!existsSync(file)) {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    await writeFile(file, JSON.stringify(await exportJWK(privateKey)), { mode: 0o600 })
  }
  const privateJwk = JSON.parse(await readFile(file, 'utf8')) as JWK
  const { d: _secret, ...publicJwk } = privateJwk
  return {
    privateJwk,
    publicJwk: { ...publicJwk, kid: await calculateJwkThumbprint(publicJwk), alg: 'ES256' },
  }
}

function isTokenRequest(value: unknown): value is TokenRequest {
  const { sub, scope } = (typeof value === 'object' && value !== null ? value : {}) as Partial<TokenRequest>
  return typeof sub === 'string' && sub !== '' && typeof scope === 'string'
}
