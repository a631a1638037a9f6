import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { problem } from '../http/problem.ts'
import { TransientError } from '../retry/retry-transient.ts'
import { TokenMemory } from './token-memory.ts'

export type TokenRules = {
  readonly issuer: string
  /** Where the issuer's public keys are. */
  readonly jwksUrl: string
  readonly audience: string
  readonly algorithms: readonly string[]
  readonly requiredClaims: readonly string[]
  readonly now: () => Date
}

export type VerifyToken = (
  request: Pick<HttpRequest, 'headers'>,
) => Promise<{ readonly payload: JWTPayload } | { readonly refusal: HttpResponse }>

/** Between machines whose clocks are set by themselves. */
const CLOCK_SECONDS = 5

/**
 * Checks the bearer token of a request: its signature by a key of the issuer, issuer, audience and times. The token is
 * never logged or echoed, nor is what the library says of it. Throws TransientError when the keys cannot be had.
 */
export function createVerifyToken(rules: TokenRules): VerifyToken {
  // Made at the first token: it loads Node's fetch, which is a tenth of a cold start.
  let keys: ReturnType<typeof createRemoteJWKSet> | undefined
  const memory = new TokenMemory()
  const options = {
    issuer: rules.issuer,
    audience: rules.audience,
    algorithms: [...rules.algorithms],
    requiredClaims: [...rules.requiredClaims],
    clockTolerance: CLOCK_SECONDS,
  }
  return async ({ headers }) => {
    const [scheme, token, ...more] = (headers.authorization ?? '').split(' ')
    if (scheme?.toLowerCase() !== 'bearer' || !token || more.length > 0) {
      return { refusal: unauthenticated('Present a bearer token: Authorization: Bearer …') }
    }
    const currentDate = rules.now()
    const known = memory.read(token, currentDate)
    if (known !== undefined) return { payload: known }
    try {
      keys ??= createRemoteJWKSet(new URL(rules.jwksUrl))
      const { payload } = await jwtVerify(token, keys, { ...options, currentDate })
      memory.write(token, payload, currentDate)
      return { payload }
    } catch (error) {
      // Keys that cannot be had say nothing about the token: the same may come again.
      if (isKeyFault(error)) throw new TransientError("the issuer's keys", error)
      return { refusal: unauthenticated('The token is not valid.', 'error="invalid_token"') }
    }
  }
}

/** RFC 6750, section 3: says that a bearer token is wanted, and what was wrong with the one that came. */
function unauthenticated(message: string, detail = ''): HttpResponse {
  return problem('unauthenticated', message, {
    headers: { 'www-authenticate': ['Bearer', detail].join(' ').trim() },
  })
}

function isKeyFault(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true
  return error instanceof errors.JWKSTimeout || error.code === 'ERR_JOSE_GENERIC'
}
