import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { oneOf, wholeNumber } from '../command/flag-values.ts'
import { FUNCTIONS, functionSettings, LIVE_FUNCTIONS, type Overrides } from './function-settings.ts'
import { PROFILES, type Profile, profileOf } from './profiles.ts'
import { fieldNames, type Way } from './scaling-fields.ts'
import type { Model, Prices, ScalingSettings, Variant } from './scaling-settings.ts'
import { measuredServiceTime, type ServiceTime, serviceTimeOf } from './service-time.ts'

/**
 * An assumption. What a pod requests, as its share of an e2-standard-4 in us-central1, which has 4 vCPU and 16 GiB for 0.134
 * USD an hour: list price, as public pages had it in November 2026.
 */
const PRICES = '0.0218,0.0029'
/**
 * An assumption, put together: half a second is the process (`npm run cold-start`), two are the pod on a node that has the image (knative/serving
 * issue 2484), and the rest is for endpoints to get around. No cluster has been measured.
 */
const COLD_START_SECONDS = '3'

export const USAGE = `npm run scaling         compares two settings of a function under a load, in virtual time, by Knative's rules
  --live                  in real time instead, on a local stack of its own for each setting; checks every promise at the end
  --profile burst         ten minutes; or spike, five; or daily, not with --live
  --set FUNCTION.FIELD=N  a field of Terraform's variable \`scaling\`: ${fieldNames('simulated').join(', ')};
                          with --live pool_size too, and not cpu. Again for more. Beside it stands the function as knative/services has it
  --compare               what --set says before it is one setting, what --set says after it the other
  --function ingest       which is played on; else those that --set names. With --live one of ${LIVE_FUNCTIONS.join(', ')}
  --base N, --peak N      requests a second of the profile
  --cold-start ${COLD_START_SECONDS}          seconds from deciding on an instance to its being ready; an assumption, not with --live
  --service CPU,P50,P90   milliseconds of a request in an idle instance: of its thread, and in all; else as measured. Not with --live
  --price ${PRICES}   USD an hour for a requested vCPU, and for a requested GiB; an assumption
  --seed 1                of all that is drawn: the same seed makes the same requests
  --out FOLDER            writes result.json, index.md and a plot of each function there`

export type ScalingFlags = { readonly settings: readonly ScalingSettings[]; readonly out: string | undefined }

/** The command line as flags. Throws an Error that says which flag is wrong. */
export function parseFlags(args: readonly string[]): ScalingFlags {
  const { values, tokens } = readArgs(args)
  const way = values.live ? 'live' : 'simulated'
  const at = tokens.findIndex(token => token.kind === 'option' && token.name === 'compare')
  const sets = tokens.flatMap((token, index) =>
    token.kind === 'option' && token.name === 'set'
      ? [{ ...readSet(token.value ?? ''), isAfter: index > at }]
      : [],
  )
  const names = functionsOf(values.function, sets)
  const common = {
    profile: readProfile(values.profile, values.base, values.peak, way),
    prices: readPrices(values.price),
    seed: wholeNumber('seed', values.seed, 0),
  }
  const settings = names.map(name => {
    const its = sets.filter(set => set.name === name)
    const before = variantOf(name, at < 0 ? [] : its.filter(({ isAfter }) => !isAfter), way)
    const after = variantOf(name, at < 0 ? its : its.filter(({ isAfter }) => isAfter), way)
    const variants = before.label === after.label ? [before] : [before, after]
    return { ...common, name, variants, model: values.live ? liveModel(name, values) : modelOf(name, values) }
  })
  if (values.compare && settings.every(({ variants }) => variants.length === 1))
    throw new Error('--compare: what is set before it and after it is the same')
  return { settings, out: values.out && resolve(values.out) }
}

function readArgs(args: readonly string[]) {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const
  return parseArgs({
    args: [...args],
    options: {
      ...{ profile: text('burst'), seed: text('1'), price: text(PRICES), live: { type: 'boolean' } },
      ...{ set: { type: 'string', multiple: true }, compare: { type: 'boolean' } },
      ...{ function: { type: 'string' }, base: { type: 'string' }, peak: { type: 'string' } },
      ...{ service: { type: 'string' }, 'cold-start': { type: 'string' }, out: { type: 'string' } },
    },
    tokens: true,
  })
}

type Set = { readonly name: string; readonly field: string; readonly value: string }

function readSet(text: string): Set {
  const [, function_ = '', field = '', value = ''] = /^([a-z-]+)\.([a-z_]+)=(.+)$/.exec(text) ?? []
  if (field === '') throw new Error(`--set ${text}: must be FUNCTION.FIELD=VALUE, such as worker.target=8`)
  return { name: oneOf(`set ${text}`, function_, FUNCTIONS), field, value }
}

function functionsOf(given: string | undefined, sets: readonly Set[]): string[] {
  if (given === undefined) {
    const named = [...new Set(sets.map(({ name }) => name))]
    return named.length > 0 ? named : ['ingest']
  }
  const name = oneOf('function', given, FUNCTIONS)
  const other = sets.find(set => set.name !== name)
  if (other) throw new Error(`--set ${other.name}.${other.field}: --function ${name} leaves it out`)
  return [name]
}

function variantOf(name: string, sets: readonly Set[], way: Way): Variant {
  const overrides: Overrides = Object.fromEntries(sets.map(({ field, value }) => [field, value]))
  const changes = Object.entries(overrides).map(([field, value]) => `${field}=${value}`)
  const label = changes.length === 0 ? 'as it stands' : changes.join(' ')
  try {
    return { label, overrides, settings: functionSettings(name, overrides, way) }
  } catch (error) {
    throw new Error(`--set for ${name}, ${label}: ${error instanceof Error ? error.message : error}`)
  }
}

function readProfile(name: string, base: string | undefined, peak: string | undefined, way: Way): Profile {
  const given = {
    ...(base !== undefined && { base: wholeNumber('base', base, 0) }),
    ...(peak !== undefined && { peak: wholeNumber('peak', peak, 1) }),
  }
  const profile = profileOf(oneOf('profile', name, PROFILES), given, way)
  if (profile.base > profile.peak)
    throw new Error(`--base ${profile.base}: must be at most the peak, ${profile.peak}`)
  return profile
}

type ModelFlags = { readonly service?: string | undefined; readonly 'cold-start'?: string | undefined }

function modelOf(name: string, flags: ModelFlags): Model {
  const coldStart = flags['cold-start'] ?? COLD_START_SECONDS
  const [coldStartSeconds = 0] = decimals('cold-start', coldStart, 1)
  return { service: readService(name, flags.service), coldStartSeconds }
}

/** There is none; throws if one is asked for, or the function cannot be played on. */
function liveModel(name: string, flags: ModelFlags): undefined {
  for (const flag of ['service', 'cold-start'] as const)
    if (flags[flag] !== undefined) throw new Error(`--${flag}: not with --live, where it takes what it takes`)
  if (!LIVE_FUNCTIONS.some(live => live === name))
    throw new Error(`--live: nothing puts load on ${name}; it can be one of ${LIVE_FUNCTIONS.join(', ')}`)
}

function readService(name: string, given: string | undefined): ServiceTime {
  if (given !== undefined) {
    const [cpuMs = 0, p50 = 0, p90 = 0] = decimals('service', given, 3)
    return serviceTimeOf({ cpuMs, p50, p90 }, `--service ${given}`)
  }
  const measured = measuredServiceTime(name)
  if (measured === undefined)
    throw new Error(`no service time of ${name} has been measured: give one with --service`)
  return measured
}

function readPrices(text: string): Prices {
  const [cpuHour = 0, gibHour = 0] = decimals('price', text, 2)
  return { cpuHour, gibHour }
}

function decimals(flag: string, text: string, count: number): number[] {
  const parts = text.split(',')
  if (parts.length === count && parts.every(part => /^\d+(\.\d+)?$/.test(part))) return parts.map(Number)
  throw new Error(
    `--${flag} ${text}: must be ${count === 1 ? 'a number' : `${count} numbers with commas between`}`,
  )
}
