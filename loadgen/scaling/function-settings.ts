import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { coresOf, gibOf } from '../../knative/local/check/manifests/amount.ts'
import { type KpaSettings, kpaSettings } from '../../knative/local/serving/kpa/kpa.ts'
import {
  type Manifest,
  readManifests,
  type Service,
  toManifest,
} from '../../knative/local/serving/manifest.ts'
import { type Field, fieldFor, type Way } from './scaling-fields.ts'

const FOLDER = new URL('../../knative/services/', import.meta.url)

export const FUNCTIONS: readonly string[] = readManifests().map(({ name }) => name)

/** Those that requests of callers put load on, directly or through Pub/Sub. */
export const LIVE_FUNCTIONS = ['ingest', 'worker', 'status', 'accounts'] as const
export type LiveFunction = (typeof LIVE_FUNCTIONS)[number]

/** What of a function's Service decides how it scales, how fast it is and what it costs. */
export type FunctionSettings = {
  readonly kpa: KpaSettings
  /** Cores. */
  readonly cpu: number
  readonly cpuRequest: number
  readonly memoryRequestGib: number
  readonly timeoutSeconds: number
}

/** Values by field, as given: what is not given stays as the base YAML has it. */
export type Overrides = Readonly<Record<string, string>>

/** Any other place is an annotation. */
const VARIABLE = /^[A-Z_]+$/

type Resources = { cpu: string; memory: string }
type Variable = { name: string; value?: string }
type Template = {
  readonly metadata: { readonly annotations: Record<string, string> }
  readonly spec: {
    containerConcurrency: number
    timeoutSeconds: number
    readonly containers: readonly [
      {
        readonly env: Variable[]
        readonly resources: { readonly requests: Resources; readonly limits: Resources }
      },
    ]
  }
}
type Changeable = { readonly spec: { readonly template: Template } }

/** The settings of `knative/services/<name>.yaml`, with these changed. Throws an Error that says what cannot be. */
export function functionSettings(
  name: string,
  overrides: Overrides,
  way: Way = 'simulated',
): FunctionSettings {
  return settingsOf(readText(name), overrides, way)
}

/** The same of the text of a Knative Service. */
export function settingsOf(text: string, overrides: Overrides, way: Way = 'simulated'): FunctionSettings {
  const { metadata, spec } = changed(text, overrides, way).spec.template
  const { containerConcurrency, timeoutSeconds, containers } = spec
  const { requests, limits } = containers[0].resources
  const settings = {
    kpa: kpaSettings(metadata.annotations, containerConcurrency),
    timeoutSeconds,
    cpu: coresOf(limits.cpu),
    cpuRequest: coresOf(requests.cpu),
    memoryRequestGib: gibOf(requests.memory),
  }
  if (settings.cpuRequest > settings.cpu)
    throw new Error(`cpu_request ${settings.cpuRequest} is more than cpu ${settings.cpu}`)
  return settings
}

/** What the local stack serves: every function as it stands, but for this one. */
export function manifestsWith(name: string, overrides: Overrides): Manifest[] {
  const its = toManifest(changed(readText(name), overrides, 'live') as Changeable & Service)
  return readManifests().map(manifest => (manifest.name === name ? its : manifest))
}

function readText(name: string): string {
  return readFileSync(new URL(`${name}.yaml`, FOLDER), 'utf8')
}

function changed(text: string, overrides: Overrides, way: Way): Changeable {
  const service = parse(text) as Changeable
  for (const [name, value] of Object.entries(overrides))
    write(service.spec.template, fieldFor(name, value, way), value)
  return service
}

/** Puts a value where Terraform's module puts it. */
function write({ metadata: { annotations }, spec }: Template, field: Field, value: string): void {
  const [{ env, resources }] = spec.containers
  if (field.at === 'containerConcurrency') spec.containerConcurrency = Number(value)
  else if (field.at === 'timeoutSeconds') spec.timeoutSeconds = Number(value)
  else if (field.at === 'limits.cpu') resources.limits.cpu = value
  else if (field.at === 'requests.cpu') resources.requests.cpu = value
  else if (field.at === 'requests.memory') resources.requests.memory = value
  else if (VARIABLE.test(field.at)) setVariable(env, field.at, value)
  else {
    for (const alias of field.aliases ?? []) delete annotations[alias]
    annotations[field.at] = `${value}${field.suffix ?? ''}`
  }
}

function setVariable(env: Variable[], name: string, value: string): void {
  const variable = env.find(entry => entry.name === name)
  if (variable === undefined) env.push({ name, value })
  else variable.value = value
}
