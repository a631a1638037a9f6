import type { Document } from './document.ts'
import type { Complaint } from './fault.ts'
import type { KnownFunction } from './known-functions.ts'
import type { Service } from './service.ts'

/**
 * Variables that mean one thing in all functions: who callers and pushes are, where messages go, and how accounts are
 * grouped. Two functions that differ would each be sound by itself, and refuse or miss what the other has made.
 */
const COMMON =
  /^(PUBSUB_|CALLER_(ISSUER|JWKS_URL|AUDIENCE)$|PUSH_(?!AUDIENCE$)|ORDERING_GROUPS$)|_TOPIC$|_KEY_PREFIX$/

/** What functions say differently of what is common to them. A variable that is not given has the code's default. */
export function agreementFaults(
  documents: readonly Document[],
  functions: ReadonlyMap<string, KnownFunction>,
): Complaint[] {
  const services = documents.filter(({ object }) => object.kind === 'Service')
  const said = new Map<string, Map<string, string[]>>()
  for (const { object } of services) {
    const { metadata, spec } = object as unknown as Service
    const { env } = spec.template.spec.containers[0]
    for (const { name, fallback } of functions.get(metadata.name)?.variables.values() ?? []) {
      const value = env.find(entry => entry.name === name)?.value ?? fallback
      if (!COMMON.test(name) || value === undefined) continue
      const values = said.get(name) ?? new Map<string, string[]>()
      said.set(name, values.set(value, [...(values.get(value) ?? []), metadata.name]))
    }
  }
  return [...said].filter(([, values]) => values.size > 1).map(toComplaint)
}

function toComplaint([name, values]: [string, ReadonlyMap<string, readonly string[]>]): Complaint {
  const list = [...values].map(([value, functions]) => `"${value}" in ${functions.join(', ')}`)
  return [`env[${name}]`, `must be the same in every function; it is ${list.join(', and ')}`]
}
