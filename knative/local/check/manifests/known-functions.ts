import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Variable } from '../../../../lib/config/parse-config.ts'

const ROOT = new URL('../../../../', import.meta.url)

/** What the code says of a function. */
export type KnownFunction = {
  /** The variables that it reads, by name. */
  readonly variables: ReadonlyMap<string, Variable<unknown>>
  /** The paths that it answers to anybody with GET. */
  readonly openPaths: readonly string[]
}

type Description = {
  readonly paths: Readonly<Record<string, { readonly get?: Operation }>>
}
type Operation = { readonly 'x-functions': readonly string[]; readonly security?: unknown }

/** The functions of `functions/`, and `migrate`, which has no requests to answer. */
export async function knownFunctions(): Promise<Map<string, KnownFunction>> {
  const { paths } = parse(readFileSync(new URL('docs/openapi.yaml', ROOT), 'utf8')) as Description
  const folders = readdirSync(new URL('functions/', ROOT), { withFileTypes: true })
  const names = folders.filter(entry => entry.isDirectory()).map(entry => entry.name)
  const known = new Map<string, KnownFunction>()
  for (const name of names) {
    const variables = await variablesOf(new URL(`functions/${name}/index.ts`, ROOT))
    const openPaths = Object.entries(paths)
      .filter(([, { get }]) => get?.security === undefined && get?.['x-functions'].includes(name))
      .map(([path]) => path)
    known.set(name, { variables, openPaths })
  }
  known.set('migrate', { variables: await variablesOf(new URL('functions/migrate.ts', ROOT)), openPaths: [] })
  return known
}

async function variablesOf(module: URL): Promise<Map<string, Variable<unknown>>> {
  const { variables } = (await import(module.href)) as { variables: Record<string, Variable<unknown>> }
  return new Map(Object.values(variables).map(variable => [variable.name, variable]))
}
