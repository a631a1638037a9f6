import type { Document } from './document.ts'
import type { Complaint } from './fault.ts'
import type { Service } from './service.ts'

/** A value of an overlay's settings, and where Kustomize puts it. */
export type Replacement = {
  readonly targets: readonly {
    readonly select: { readonly kind: string; readonly name?: string }
    readonly reject?: readonly { readonly name: string }[]
    readonly fieldPaths: readonly string[]
  }[]
}

const VARIABLE = /\.env\.\[name=(\w+)\]\.value$/

/**
 * Variables that settings are put into, held against the functions of the base. Kustomize renders nothing where one of those it
 * selects lacks the variable, and does not say which; one that it rejects, and that has the variable, would keep the base's example.
 */
export function replacementFaults(
  replacements: readonly Replacement[],
  base: readonly Document[],
): Complaint[] {
  const services = base.filter(({ object }) => object.kind === 'Service')
  const variables = new Map(services.map(({ object }) => [object.metadata.name, variablesOf(object)]))
  const targets = replacements.flatMap(({ targets }) => targets).filter(({ select }) => isService(select))
  return targets.flatMap(({ reject = [], fieldPaths }) => {
    const rejected = reject.map(({ name }) => name)
    return fieldPaths
      .flatMap(path => VARIABLE.exec(path)?.[1] ?? [])
      .flatMap(variable => rejectFaults(variable, rejected, variables))
  })
}

function rejectFaults(
  variable: string,
  rejected: readonly string[],
  variables: ReadonlyMap<string, ReadonlySet<string>>,
): Complaint[] {
  const [having, lacking] = [true, false].map(has =>
    [...variables].flatMap(([name, own]) => (own.has(variable) === has ? [name] : [])),
  ) as [string[], string[]]
  // What no function of the base has, a patch of the overlay gives to all.
  if (having.length === 0) return []
  const place = `kustomization.yaml: ${variable}`
  return [
    ...lacking
      .filter(name => !rejected.includes(name))
      .map((name): Complaint => [place, `${name} does not read it: add it to \`reject\``]),
    ...rejected
      .filter(name => !lacking.includes(name))
      .map((name): Complaint => [place, `take ${name} from \`reject\`: it reads it, or is not there`]),
  ]
}

const isService = ({ kind, name }: { kind: string; name?: string }) =>
  kind === 'Service' && name === undefined

function variablesOf(object: Document['object']): ReadonlySet<string> {
  const { env } = (object as unknown as Service).spec.template.spec.containers[0]
  return new Set(env.filter(({ value }) => value !== undefined).map(({ name }) => name))
}
