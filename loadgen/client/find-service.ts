import { requestCallerToken } from '../../knative/local/caller-issuer.ts'
import { findRunningStack, type RunningStack } from '../../knative/local/running-stack.ts'
import { ExpectedError } from '../command/expected-error.ts'

export type Given = {
  readonly url?: string | undefined
  readonly token?: string | undefined
  /** Whose token to ask the issuer of `npm start` for, and of which scopes. */
  readonly sub?: string | undefined
  readonly scope?: string | undefined
}

/** Where the service is, and what to present there. */
export type Service = { readonly url: string; readonly token: string }

/** Finds the service where the flags say, else where the environment says, else that of `npm start`. */
export async function findService(
  given: Given,
  env: NodeJS.ProcessEnv = process.env,
  findStack: () => RunningStack | undefined = findRunningStack,
): Promise<Service> {
  const [url, token] = [given.url || env['SETTLE_URL'], given.token || env['SETTLE_TOKEN']]
  if (url !== undefined && token !== undefined) return { url, token }
  if (url !== undefined)
    throw new ExpectedError(`A token for ${url} is missing: give --token, or set SETTLE_TOKEN.`)
  const running = findStack()
  if (running === undefined) {
    throw new ExpectedError('No Settle is running: start it with npm start, or give --url and --token.')
  }
  return { url: running.url, token: token ?? (await tokenOf(running, given)) }
}

/** A token of the issuer of `npm start`. */
export async function tokenOf({ issuerUrl }: RunningStack, { sub, scope }: Given): Promise<string> {
  return await requestCallerToken(issuerUrl, {
    ...(sub !== undefined && { sub }),
    ...(scope !== undefined && { scope }),
  })
}
