import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** What leads to which function; see `knative/wiring.yaml`. */
export type Wiring = {
  readonly routes: readonly RouteRule[]
  readonly topics: readonly string[]
  readonly subscriptions: readonly PushSubscription[]
  readonly schedules: readonly Schedule[]
}

export type RouteRule = { readonly path: string; readonly function: string }

export type PushSubscription = {
  readonly name: string
  readonly topic: string
  readonly function: string
  readonly path: string
  readonly ordered: boolean
  readonly ackDeadlineSeconds: number
  readonly retry: { readonly minimumSeconds: number; readonly maximumSeconds: number }
  readonly deadLetter?: { readonly topic: string; readonly maxDeliveryAttempts: number }
}

export type Schedule = {
  readonly name: string
  readonly function: string
  readonly path: string
  readonly everySeconds: number
}

export function readWiring(): Wiring {
  return parse(readFileSync(new URL('../wiring.yaml', import.meta.url), 'utf8')) as Wiring
}
