import { globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Required, not imported: its types would bring the browser's into every file of this repository. */
const hcl: { parse(file: string, text: string): Promise<object> } = createRequire(import.meta.url)(
  '@cdktn/hcl2json',
)

const TERRAFORM = fileURLToPath(new URL('../../../terraform', import.meta.url))

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
/** A block's body, as `hcl2json` gives it: attributes, and inner blocks as lists of bodies. */
export type Body = { readonly [key: string]: Json }

/** A Terraform module: its blocks, by kind and then by labels. Expressions stay texts, such as `${var.region}`. */
export type TerraformModule = {
  readonly name: string
  readonly variables: ReadonlyMap<string, Body>
  readonly outputs: ReadonlyMap<string, Body>
  readonly locals: ReadonlyMap<string, Json>
  readonly modules: ReadonlyMap<string, Body>
  /** By address: `google_sql_user.settle`, `data.google_project.project`, `ephemeral.random_password.mysql`. */
  readonly resources: ReadonlyMap<string, Body>
  /** Everything else that can refer to something: providers, settings and checks. */
  readonly rest: readonly Json[]
}

/** Reads a module of this repository. Throws what the parser says if a file is not HCL. */
export async function readModule(name: string): Promise<TerraformModule> {
  const files = globSync('*.tf', { cwd: join(TERRAFORM, name) }).sort()
  const sources = files.map(file => [file, readFileSync(join(TERRAFORM, name, file), 'utf8')] as const)
  return await parseModule(name, Object.fromEntries(sources))
}

/** The modules of this repository, by the names of their folders. */
export function moduleNames(): string[] {
  const folders = globSync('*/versions.tf', { cwd: TERRAFORM }).map(file => join(file, '..'))
  return folders.map(folder => basename(folder)).sort()
}

/** Parses a module from its files' texts. */
export async function parseModule(
  name: string,
  sources: Readonly<Record<string, string>>,
): Promise<TerraformModule> {
  const files = await Promise.all(Object.entries(sources).map(([file, text]) => hcl.parse(file, text)))
  const bodies = files as Body[]
  return {
    name,
    variables: once(bodies.flatMap(file => labelled(file['variable']))),
    outputs: once(bodies.flatMap(file => labelled(file['output']))),
    locals: once(bodies.flatMap(file => blocks(file['locals']).flatMap(Object.entries<Json>))),
    modules: once(bodies.flatMap(file => labelled(file['module']))),
    resources: once(bodies.flatMap(resourcesOf)),
    rest: bodies.flatMap(file => [
      file['provider'] ?? null,
      file['terraform'] ?? null,
      file['check'] ?? null,
    ]),
  }
}

/** By name. Throws if one is there twice, which Terraform refuses. */
function once<Value>(entries: readonly (readonly [string, Value])[]): ReadonlyMap<string, Value> {
  const map = new Map<string, Value>()
  for (const [name, value] of entries) {
    if (map.has(name)) throw new Error(`${name} is there twice`)
    map.set(name, value)
  }
  return map
}

function resourcesOf(file: Body): (readonly [string, Body])[] {
  const kinds = [
    ['resource', ''],
    ['data', 'data.'],
    ['ephemeral', 'ephemeral.'],
  ] as const
  return kinds.flatMap(([kind, prefix]) =>
    Object.entries((file[kind] ?? {}) as Body).flatMap(([type, named]) =>
      labelled(named).map(([label, body]) => [`${prefix}${type}.${label}`, body] as const),
    ),
  )
}

function labelled(named: Json | undefined): (readonly [string, Body])[] {
  return Object.entries((named ?? {}) as Body).flatMap(([label, value]) =>
    blocks(value).map(body => [label, body] as const),
  )
}

/** A block's bodies: an empty one is parsed as nothing in a list. */
export function blocks(value: Json | undefined): Body[] {
  if (value === undefined || value === null) return []
  return (Array.isArray(value) ? value : [value]) as Body[]
}
