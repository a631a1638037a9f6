import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { problem } from '../http/problem.ts'
import { createVerifyToken } from './verify-token.ts'

export type PushAuth = {
  readonly pushIssuer: string
  readonly pushJwksUrl: string
  readonly pushAudience: string
  readonly pushServiceAccount: string
}

/** Answers the refusal of a push, or undefined if it is what it claims to be. */
export type VerifyPush = (request: Pick<HttpRequest, 'headers'>) => Promise<HttpResponse | undefined>

/**
 * Checks Google's OIDC token on a push, and then the e-mail in it, without which any Google account could push.
 */
export function createVerifyPush(auth: PushAuth, now: () => Date): VerifyPush {
  const verify = createVerifyToken({
    issuer: auth.pushIssuer,
    jwksUrl: auth.pushJwksUrl,
    audience: auth.pushAudience,
    algorithms: ['RS256'],
    requiredClaims: ['exp'],
    now,
  })
  return async request => {
    const verified = await verify(request)
    if ('refusal' in verified) return verified.refusal
    const { email, email_verified } = verified.payload
    const isTrusted = email === auth.pushServiceAccount && email_verified === true
    return isTrusted ? undefined : problem('forbidden', 'The token is not that of the push service account.')
  }
}
