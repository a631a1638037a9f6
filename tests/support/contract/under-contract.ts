import { afterEach } from '@jest/globals'
import { readWiring } from '../../../knative/local/wiring.ts'
import { type Exchange, findDeviations } from './find-deviations.ts'

/*
 * Every answer that a test is given over `fetch` from an address under contract is held against docs/openapi.yaml,
 * whoever called, and whether or not the test looks at it. Deviations fail the test once it has ended, because a
 * caller that tries again until it is content would swallow an error thrown at it.
 */
type NameFunction = (path: string) => string | undefined

/** Enough to see the pattern; a loop can deviate a thousand times. */
const SHOWN = 10

const addresses = new Map<string, NameFunction>()
const deviations: string[] = []
const plainFetch = globalThis.fetch

/** From now on, what the function at this address answers is checked. */
export function checkFunction(functionName: string, url: string): void {
  addresses.set(new URL(url).origin, () => functionName)
}

/** From now on, what the load balancer at this address answers is checked. */
export function checkPublicAddress(url: string): void {
  const table = readWiring().routes.map(rule => ({
    name: rule.function,
    pattern: new RegExp(`^${rule.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }))
  addresses.set(new URL(url).origin, path => table.find(({ pattern }) => pattern.test(path))?.name)
}

/** Checks one exchange that did not go over `fetch`. */
function checkExchange(exchange: Exchange): void {
  reportDeviations(findDeviations(exchange))
}

/** What is reported fails the test once it has ended. */
export function reportDeviations(found: readonly string[]): void {
  deviations.push(...found)
}

/** What differed since the last look; a test that looks takes it upon itself. */
export function takeDeviations(): string[] {
  return deviations.splice(0)
}

globalThis.fetch = async (input, init) => {
  const request = new Request(input, init)
  const { method } = request
  const response = await plainFetch(input, init)
  const { origin, pathname } = new URL(request.url)
  const nameFunction = addresses.get(origin)
  if (nameFunction !== undefined) {
    const { status, headers } = response
    const text = isStream(headers) ? '' : await response.clone().text()
    const functionName = nameFunction(pathname)
    checkExchange({ functionName, method, path: pathname, status, headers, text })
  }
  return response
}

/** A stream need not end, so nobody waits for its text: who reads it holds each event against its own schema. */
export function isStream(headers: Headers): boolean {
  return headers.get('content-type') === 'text/event-stream'
}

afterEach(() => {
  const found = [...new Set(takeDeviations())]
  if (found.length === 0) return
  const [first, more] = [found.slice(0, SHOWN), found.length - SHOWN]
  if (more > 0) first.push(`and ${more} more`)
  throw new Error(`Answers or results outside docs/openapi.yaml:\n${first.join('\n')}`)
})
