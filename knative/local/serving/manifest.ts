import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

const FOLDER = new URL('../../services/', import.meta.url)

/** What the local stack takes from a function's Knative Service. */
export type Manifest = {
  readonly name: string
  /** Plain values. */
  readonly env: Readonly<Record<string, string>>
  /** Variables whose value comes from a secret: here the stack gives them. */
  readonly secrets: readonly string[]
  /** Variables that a secret may set: here nothing need give them. */
  readonly optionalSecrets: readonly string[]
  /** Of the revision: how it scales. */
  readonly annotations: Readonly<Record<string, string>>
  readonly minScale: number
  readonly maxScale: number
  readonly timeoutSeconds: number
  readonly containerConcurrency: number
}

type EnvEntry = { name: string; value?: string; valueFrom?: { secretKeyRef?: { optional?: boolean } } }
/** As much of a Knative Service as the stack reads. */
export type Service = {
  metadata: { name: string }
  spec: {
    template: {
      metadata: { annotations: Record<string, string> }
      spec: { timeoutSeconds: number; containerConcurrency: number; containers: [{ env: EnvEntry[] }] }
    }
  }
}

/** Reads every manifest of `knative/services`. Throws, naming the file, if one lacks what the stack needs. */
export function readManifests(): Manifest[] {
  const files = readdirSync(FOLDER).filter(file => file.endsWith('.yaml'))
  return files.map(file => {
    try {
      return toManifest(parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Service)
    } catch (error) {
      throw new Error(`knative/services/${file}: ${error instanceof Error ? error.message : error}`)
    }
  })
}

/** What the local stack takes from a Service. */
export function toManifest({ metadata, spec: { template } }: Service): Manifest {
  const { annotations } = template.metadata
  const { env } = template.spec.containers[0]
  const isOptional = ({ valueFrom }: EnvEntry) => valueFrom?.secretKeyRef?.optional === true
  const secrets = env.filter(({ valueFrom }) => valueFrom !== undefined)
  return {
    name: metadata.name,
    env: Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))),
    secrets: secrets.filter(entry => !isOptional(entry)).map(({ name }) => name),
    optionalSecrets: secrets.filter(isOptional).map(({ name }) => name),
    annotations,
    minScale: scale(annotations, 'minScale'),
    maxScale: scale(annotations, 'maxScale'),
    timeoutSeconds: template.spec.timeoutSeconds,
    containerConcurrency: template.spec.containerConcurrency,
  }
}

function scale(annotations: Record<string, string>, key: string): number {
  const value = annotations[`autoscaling.knative.dev/${key}`]
  if (value === undefined || !/^\d+$/.test(value)) throw new Error(`${key} must be a whole number in quotes`)
  return Number(value)
}
