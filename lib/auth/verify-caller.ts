import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { problem } from '../http/problem.ts'
import type { Caller } from './caller.ts'
import { createVerifyToken } from './verify-token.ts'

export type CallerAuth = {
  readonly callerIssuer: string
  readonly callerJwksUrl: string
  readonly callerAudience: string
}

export type VerifyCaller = (
  request: Pick<HttpRequest, 'headers'>,
) => Promise<{ readonly caller: Caller } | { readonly refusal: HttpResponse }>

/** Signatures with a key pair: a key that callers could know must not be one that signs. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519']
const MAX_ID = 255

/** Checks a caller's token, and reads off it who calls: `sub`, and `scope` as in RFC 9068. */
export function createVerifyCaller(auth: CallerAuth, now: () => Date): VerifyCaller {
  const verify = createVerifyToken({
    issuer: auth.callerIssuer,
    jwksUrl: auth.callerJwksUrl,
    audience: auth.callerAudience,
    algorithms: ALGORITHMS,
    requiredClaims: ['exp', 'sub'],
    now,
  })
  return async request => {
    const verified = await verify(request)
    if ('refusal' in verified) return verified
    const { sub = '', scope } = verified.payload
    if (sub === '' || Buffer.byteLength(sub) > MAX_ID) {
      return { refusal: problem('forbidden', `The token's sub must be a text of 1 to ${MAX_ID} bytes.`) }
    }
    const scopes = new Set(typeof scope === 'string' ? scope.split(' ') : [])
    return { caller: { id: sub, scopes } }
  }
}
