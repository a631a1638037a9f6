import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type KpaSettings, kpaSettings } from '../../knative/local/serving/kpa/kpa.ts'
import { coresOf, type Field, fieldFor, gibOf } from './scaling-fields.ts'

const FOLDER = new URL('../../knative/services/', import.meta.url)

export const FUNCTIONS = ['ingest', 'worker', 'status', 'accounts', 'sweeper', 'dead-letter'] as const
export type FunctionName = (typeof FUNCTIONS)[number]

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

type Resources = { cpu: string; memory: string }
type Template = {
  readonly metadata: { readonly annotations: Record<string, string> }
  readonly spec: {
    containerConcurrency: number
    timeoutSeconds: number
    readonly containers: readonly [
      { readonly resources: { readonly requests: Resources; readonly limits: Resources } },
    ]
  }
}

/** The settings of `knative/services/<name>.yaml`, with these changed. Throws an Error that says what cannot be. */
export function functionSettings(name: FunctionName, overrides: Overrides): FunctionSettings {
  return settingsOf(readFileSync(new URL(`${name}.yaml`, FOLDER), 'utf8'), overrides)
}

/** The same of the text of a Knative Service. */
export function settingsOf(text: string, overrides: Overrides): FunctionSettings {
  const { template } = (parse(text) as { spec: { template: Template } }).spec
  for (const [name, value] of Object.entries(overrides)) write(template, fieldFor(name, value), value)
  const { containerConcurrency, timeoutSeconds, containers } = template.spec
  const { requests, limits } = containers[0].resources
  const settings = {
    kpa: kpaSettings(template.metadata.annotations, containerConcurrency),
    timeoutSeconds,
    cpu: coresOf(limits.cpu),
    cpuRequest: coresOf(requests.cpu),
    memoryRequestGib: gibOf(requests.memory),
  }
  if (settings.cpuRequest > settings.cpu)
    throw new Error(`cpu_request ${settings.cpuRequest} is more than cpu ${settings.cpu}`)
  return settings
}

/** Puts a value where Terraform's module puts it. */
function write({ metadata: { annotations }, spec }: Template, field: Field, value: string): void {
  const { requests, limits } = spec.containers[0].resources
  if (field.at === 'containerConcurrency') spec.containerConcurrency = Number(value)
  else if (field.at === 'timeoutSeconds') spec.timeoutSeconds = Number(value)
  else if (field.at === 'limits.cpu') limits.cpu = value
  else if (field.at === 'requests.cpu') requests.cpu = value
  else if (field.at === 'requests.memory') requests.memory = value
  else {
    for (const alias of field.aliases ?? []) delete annotations[alias]
    annotations[field.at] = `${value}${field.suffix ?? ''}`
  }
}
