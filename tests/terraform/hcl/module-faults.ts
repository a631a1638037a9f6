import { findReferences, type Reference } from './find-references.ts'
import { blocks, type Json, type TerraformModule } from './read-module.ts'

/** What Terraform itself gives a name to. */
const GIVEN = new Set(['each', 'count', 'self', 'path', 'terraform'])

/**
 * What is wrong with a module, one line each: variables and outputs that say nothing of themselves, variables
 * that take anything, what nobody uses, and references to what is not there.
 */
export function moduleFaults(module: TerraformModule): string[] {
  const references = referencesOf(module)
  return [
    ...undescribed(module),
    ...untyped(module),
    ...unchecked(module),
    ...unused(module, references),
    ...[...new Set(references.flatMap(({ from, to }) => dangling(module, from, to)))],
  ]
}

type FoundReference = { readonly from: string; readonly to: Reference }

function referencesOf(module: TerraformModule): FoundReference[] {
  const places: (readonly [string, Json])[] = [
    ...[...module.variables].map(([name, body]) => [`var.${name}`, body] as const),
    ...[...module.outputs].map(([name, body]) => [`output.${name}`, body] as const),
    ...[...module.locals].map(([name, value]) => [`local.${name}`, value] as const),
    ...[...module.modules].map(([name, body]) => [`module.${name}`, body] as const),
    ...module.resources,
    ...module.rest.map(body => ['settings', body] as const),
  ]
  return places.flatMap(([from, value]) => findReferences(value).map(to => ({ from, to })))
}

function undescribed({ variables, outputs }: TerraformModule): string[] {
  const isDescribed = (description: Json | undefined) =>
    typeof description === 'string' && description.length > 10
  return [
    ...[...variables].filter(([, body]) => !isDescribed(body['description'])).map(([name]) => `var.${name}`),
    ...[...outputs].filter(([, body]) => !isDescribed(body['description'])).map(([name]) => `output.${name}`),
  ].map(name => `${name} has no description`)
}

/** `any` is for what is handed on whole to a module that looks at it: there a type would drop what it does not name. */
function untyped({ variables, modules, locals }: TerraformModule): string[] {
  const handedOn = [...modules.values(), ...(modules.size > 0 ? locals.values() : [])].flatMap(findReferences)
  return [...variables].flatMap(([name, { type }]) => {
    if (type === undefined) return [`var.${name} has no type`]
    const isHandedOn = handedOn.some(([root, variable]) => root === 'var' && variable === name)
    return String(type).includes('any') && !isHandedOn ? [`var.${name} is of any type`] : []
  })
}

/** A boolean has no values that it should not have. */
function unchecked({ variables }: TerraformModule): string[] {
  return [...variables]
    .filter(([, { type, validation }]) => !/bool/.test(String(type)) && blocks(validation).length === 0)
    .map(([name]) => `var.${name} takes anything: it has no validation`)
}

function unused({ variables, locals }: TerraformModule, references: readonly FoundReference[]): string[] {
  const usedOutside = (root: string, name: string) =>
    references.some(({ from, to }) => from !== `${root}.${name}` && to[0] === root && to[1] === name)
  return [
    ...[...variables.keys()].filter(name => !usedOutside('var', name)).map(name => `var.${name}`),
    ...[...locals.keys()].filter(name => !usedOutside('local', name)).map(name => `local.${name}`),
  ].map(name => `${name} is used nowhere`)
}

function dangling(module: TerraformModule, from: string, [root = '', ...parts]: Reference): string[] {
  if (GIVEN.has(root)) return []
  const name = parts[0] ?? ''
  const exists = {
    var: () => module.variables.has(name),
    local: () => module.locals.has(name),
    module: () => module.modules.has(name),
    data: () => module.resources.has(`data.${parts.slice(0, 2).join('.')}`),
    ephemeral: () => module.resources.has(`ephemeral.${parts.slice(0, 2).join('.')}`),
  }[root]
  const isThere = exists?.() ?? isResourceOrPlainWord(module, root, parts)
  return isThere ? [] : [`${from} refers to ${[root, ...parts].join('.')}, which is not there`]
}

/** A word alone is a type, such as `string`, or the name of an attribute that is ignored. */
function isResourceOrPlainWord(module: TerraformModule, root: string, parts: readonly string[]): boolean {
  return parts.length === 0 || module.resources.has(`${root}.${parts[0]}`)
}
