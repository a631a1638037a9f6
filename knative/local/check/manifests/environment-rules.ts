import type { Variable } from '../../../../lib/config/parse-config.ts'
import type { Platform } from './document.ts'
import type { Complaint } from './fault.ts'
import { didYouMean } from './likely-key.ts'
import type { EnvEntry, SecretKeyRef, Surroundings } from './service.ts'

/** Read by Node, glibc and the entry of the image, whatever the function. */
const OF_THE_PROCESS = ['FUNCTION_TARGET', 'NODE_OPTIONS', 'MALLOC_ARENA_MAX']

/** Variables that only a secret may give, with the name and key of it in the namespace and in Secret Manager. */
const SECRETS: Readonly<Record<string, { readonly cluster: SecretKeyRef; readonly manager: string }>> = {
  MYSQL_URL: { cluster: { name: 'settle-mysql', key: 'url' }, manager: 'settle-mysql-url' },
  MYSQL_CA: { cluster: { name: 'settle-mysql', key: 'ca', optional: true }, manager: 'settle-mysql-ca' },
  REDIS_URL: { cluster: { name: 'settle-redis', key: 'url' }, manager: 'settle-redis-url' },
  REDIS_CA: { cluster: { name: 'settle-redis', key: 'ca', optional: true }, manager: 'settle-redis-ca' },
}

/** What it takes to trust the other end of an address, in Google Cloud. */
const AUTHORITIES: Readonly<Record<string, string>> = { MYSQL_URL: 'MYSQL_CA', REDIS_URL: 'REDIS_CA' }

/**
 * The variables of a container are those that its function knows, with values that it takes, and none that it cannot do
 * without is missing. `name` is the function, or migrate; `field` where the container stands.
 */
export function environmentFaults(
  name: string,
  env: readonly EnvEntry[],
  { platform, functions }: Surroundings,
  field: string,
): Complaint[] {
  const variables = functions.get(name)?.variables
  if (variables === undefined) {
    return [['metadata.name', `${name} is no function${didYouMean(name, [...functions.keys()])}`]]
  }
  const known = [...variables.keys(), ...OF_THE_PROCESS]
  const given = env.map(entry => entry.name)
  const faults: Complaint[] = []
  for (const [index, entry] of env.entries()) {
    const place = `${field}.env[${entry.name}]`
    if (given.indexOf(entry.name) !== index) faults.push([place, 'is given twice; the last would win'])
    if (!known.includes(entry.name)) {
      faults.push([place, `is a variable that ${name} does not read${didYouMean(entry.name, known)}`])
    } else faults.push(...valueFaults(entry, variables.get(entry.name), platform, place))
  }
  for (const { name: needed, fallback } of variables.values()) {
    if (fallback === undefined && !given.includes(needed)) {
      faults.push([`${field}.env`, `${needed} is missing: ${name} refuses to start without it`])
    }
  }
  for (const [url, ca] of Object.entries(AUTHORITIES)) {
    if (given.includes(url) && !given.includes(ca)) {
      faults.push([
        `${field}.env`,
        `${ca} is missing: the certificate behind ${url} is signed by an authority of its own`,
      ])
    }
  }
  if (env.find(entry => entry.name === 'FUNCTION_TARGET')?.value !== name) {
    faults.push([`${field}.env[FUNCTION_TARGET]`, `must be ${name}, as the object is called`])
  }
  return faults
}

function valueFaults(
  entry: EnvEntry,
  variable: Variable<unknown> | undefined,
  platform: Platform,
  place: string,
): Complaint[] {
  const secret = SECRETS[entry.name]
  if (secret !== undefined) {
    const wanted = platform === 'cloud-run' ? { name: secret.manager, key: 'latest' } : secret.cluster
    const given = entry.valueFrom?.secretKeyRef
    const same = given?.name === wanted.name && given.key === wanted.key && given.optional === wanted.optional
    return same ? [] : [[place, `must come from the secret ${describe(wanted)}${insteadOf(given)}`]]
  }
  if (entry.value === undefined) return [[place, 'has no value']]
  if (entry.name === 'NODE_OPTIONS') return refusedFlags(entry.value).map(message => [place, message])
  const read = variable?.read(entry.value)
  return isFault(read) ? [[place, `${read.fault}: the function would refuse to start`]] : []
}

/** With a flag that Node does not take from the environment it ends before it has read a line of ours. */
function refusedFlags(options: string): string[] {
  const flags = options.split(/\s+/).filter(word => word.startsWith('-'))
  return flags
    .filter(flag => !process.allowedNodeEnvironmentFlags.has(flag))
    .map(flag => `Node takes no ${flag} here: it would refuse to start`)
}

function insteadOf(given: SecretKeyRef | undefined): string {
  return given === undefined ? ', never stand in a manifest' : `, not from ${describe(given)}`
}

function describe({ name, key, optional }: SecretKeyRef): string {
  return `${name}, key ${key}${optional === true ? ', optional' : ''}`
}

function isFault(value: unknown): value is { readonly fault: string } {
  return typeof value === 'object' && value !== null && 'fault' in value
}
