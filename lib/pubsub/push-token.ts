import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { problem } from '../http/problem.ts'
import { TransientError } from '../retry/retry-transient.ts'

export type PushAuth = {
  readonly pushIssuer: string
  readonly pushJwksUrl: string
  readonly pushAudience: string
  readonly pushServiceAccount: string
}

/** Answers the refusal of a push, or undefined if it is what it claims to be. */
export type VerifyPush = (request: HttpRequest) => Promise<HttpResponse | undefined>

/**
 * Checks Google's OIDC token on a push: signature, issuer, audience and times, and then the e-mail, without
 * which any Google account could push. The token itself is never logged or echoed.
 */
export function createVerifyPush(auth: PushAuth): VerifyPush {
  const keys = createRemoteJWKSet(new URL(auth.pushJwksUrl))
  return async request => {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ')
    if (scheme?.toLowerCase() !== 'bearer' || token === undefined) {
      return problem('unauthenticated', 'A push must carry a bearer token.')
    }
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: auth.pushIssuer,
        audience: auth.pushAudience,
        algorithms: ['RS256'],
        requiredClaims: ['exp'],
      })
      const trusted = payload['email'] === auth.pushServiceAccount && payload['email_verified'] === true
      return trusted ? undefined : problem('forbidden', 'The token is not that of the push service account.')
    } catch (error) {
      // Keys that cannot be had say nothing about the token: the push may come again.
      if (isKeyFault(error)) throw new TransientError('keys of the push issuer', error)
      return problem('unauthenticated', 'The token is not valid.')
    }
  }
}

function isKeyFault(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true
  return error instanceof errors.JWKSTimeout || error.code === 'ERR_JOSE_GENERIC'
}
