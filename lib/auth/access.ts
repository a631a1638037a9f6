import type { Handler, HttpRequest, HttpResponse } from '../http/message.ts'
import type { Caller, Scope } from './caller.ts'

/** Answers a caller that is known. */
export type CallerHandler = (request: HttpRequest, caller: Caller) => Promise<HttpResponse> | HttpResponse

/** A handler, and whom it answers. A function cannot serve one that does not say so: see `guardRoutes`. */
export type GuardedRoute =
  | { readonly access: 'anyone' | 'pushes'; readonly handle: Handler }
  | { readonly access: Scope; readonly handle: CallerHandler }

export type GuardedRoutes = Readonly<Record<string, GuardedRoute>>

/** Answers without a token: for what says nothing about anybody. */
export function forAnyone(handle: Handler): GuardedRoute {
  return { access: 'anyone', handle }
}

/** Answers Pub/Sub and the scheduler. */
export function forPushes(handle: Handler): GuardedRoute {
  return { access: 'pushes', handle }
}

/** Answers callers whose token has the scope. */
export function forCallers(access: Scope, handle: CallerHandler): GuardedRoute {
  return { access, handle }
}
