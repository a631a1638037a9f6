import assert from 'node:assert/strict'
import { status } from '@grpc/grpc-js'

/** What Google's client throws for a gRPC status. */
export type Refusal = Error & {
  readonly code: status
  readonly reason?: string
  readonly domain?: string
  readonly errorInfoMetadata?: Readonly<Record<string, string>>
}

/** Throws unless the call is refused with this code. */
export async function expectRefusal(code: status, call: Promise<unknown>): Promise<Refusal> {
  const outcome = await call.then(
    () => undefined,
    (error: Refusal) => error,
  )
  assert(outcome, `expected ${status[code]}, but the call succeeded`)
  assert.equal(status[outcome.code], status[code], `expected ${status[code]}: ${outcome.message}`)
  return outcome
}

/** Throws unless each call is refused with INVALID_ARGUMENT; the keys say which one was not. */
export async function expectAllInvalid(calls: Readonly<Record<string, Promise<unknown>>>): Promise<void> {
  const outcomes = await Promise.allSettled(
    Object.values(calls).map(call => expectRefusal(status.INVALID_ARGUMENT, call)),
  )
  const faults = Object.keys(calls).flatMap((name, index) => {
    const outcome = outcomes[index]
    return outcome?.status === 'rejected' ? [`${name}: ${outcome.reason.message}`] : []
  })
  assert.deepEqual(faults, [])
}
