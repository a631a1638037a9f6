import type { Handler, HttpResponse } from '../http/message.ts'
import { problem } from '../http/problem.ts'
import type { Routes } from '../http/route.ts'
import type { CallerHandler, GuardedRoutes } from './access.ts'
import type { Caller, Scope } from './caller.ts'
import type { RateLimit } from './rate-limit.ts'
import type { VerifyCaller } from './verify-caller.ts'
import type { VerifyPush } from './verify-push.ts'

/** Who stands at the door. A function without callers, or without pushes, has nobody there for them. */
export type Guards = {
  readonly verifyPush?: VerifyPush
  readonly verifyCaller?: VerifyCaller
  readonly rateLimit?: RateLimit
}

/** Lets to each route whom it answers, and nobody else. Throws if a route has no guard for those. */
export function guardRoutes(routes: GuardedRoutes, guards: Guards): Routes {
  const { verifyPush, verifyCaller, rateLimit } = guards
  const guarded = Object.entries(routes).map(([key, route]): [string, Handler] => {
    if (route.access === 'anyone') return [key, route.handle]
    if (route.access === 'pushes') {
      if (verifyPush === undefined) throw new Error(`${key}: nobody checks pushes`)
      return [key, guardPushes(verifyPush, route.handle)]
    }
    if (verifyCaller === undefined || rateLimit === undefined)
      throw new Error(`${key}: nobody checks callers`)
    return [key, guardCallers({ verifyCaller, rateLimit, scope: route.access }, route.handle)]
  })
  return Object.fromEntries(guarded)
}

function guardPushes(verifyPush: VerifyPush, handle: Handler): Handler {
  return async request => (await verifyPush(request)) ?? (await handle(request))
}

type CallerGuards = Required<Omit<Guards, 'verifyPush'>> & { readonly scope: Scope }

/** The limit counts what a caller sends, allowed or not: trying scopes out is not free either. */
function guardCallers({ verifyCaller, rateLimit, scope }: CallerGuards, handle: CallerHandler): Handler {
  return async request => {
    const verified = await verifyCaller(request)
    if ('refusal' in verified) return verified.refusal
    const { caller } = verified
    const { refusal, headers } = await rateLimit(caller)
    const response = refusal ?? refuseScope(caller, scope) ?? (await handle(request, caller))
    return { ...response, headers: { ...headers, ...response.headers } }
  }
}

function refuseScope({ scopes }: Caller, scope: Scope): HttpResponse | undefined {
  if (scopes.has(scope)) return undefined
  return problem('forbidden', `The token has not got the scope ${scope}.`, {
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
  })
}
