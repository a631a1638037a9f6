import { Ajv2020 as Ajv, type ValidateFunction } from 'ajv/dist/2020.js'
import type { DataValidationCxt } from 'ajv/dist/types/index.js'
import addFormats from 'ajv-formats'
import { documentJson } from '../../../lib/openapi/document.ts'
import { literalOf, parseExactly } from './exact-json.ts'

export type Schema = Readonly<Record<string, unknown>>
type Example = { readonly value: unknown }
export type MediaType = {
  readonly schema: Schema
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, Example>>
}
export type Header = { readonly required?: boolean; readonly schema: Schema; readonly example?: unknown }
export type Parameter = Header & { readonly name: string; readonly in: string }
export type Answer = {
  readonly description: string
  readonly headers?: Readonly<Record<string, unknown>>
  readonly content?: Readonly<Record<string, MediaType>>
}
export type Answers = Readonly<Record<string, unknown>>
export type Operation = {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly 'x-functions': readonly string[]
  readonly parameters?: readonly unknown[]
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> }
  readonly responses: Answers
}
type Document = {
  readonly tags: readonly { readonly name: string }[]
  /** Nothing but operations: swagger-ui does not show what a path says for all of them. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly 'x-elsewhere': { readonly 'other-address': Answers; readonly 'other-method': Answers }
}

/** The description as it is served, so that what is checked is what callers read. */
export const description = parseExactly(documentJson()) as Document

export type FoundOperation = { readonly method: string; readonly path: string; readonly operation: Operation }

export const operations: readonly FoundOperation[] = Object.entries(description.paths).flatMap(
  ([path, members]) =>
    Object.entries(members).map(([name, operation]) => ({ method: name.toUpperCase(), path, operation })),
)

/** What stands at a place of the description, or where it refers to. */
export function resolve<T>(value: unknown): T {
  const { $ref } = value as { $ref?: string }
  if ($ref === undefined) return value as T
  const parts = $ref.slice(2).split('/')
  const found = parts.reduce<unknown>((place, part) => (place as Record<string, unknown>)[part], description)
  if (found === undefined) throw new Error(`docs/openapi.yaml has nothing at ${$ref}`)
  return resolve(found)
}

// Types and properties stand beside a condition, not in it.
const ajv = new Ajv({
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allowUnionTypes: true,
  logger: false,
})
addFormats.default(ajv, ['date-time'])
ajv.addVocabulary(['x-message', ...Object.keys(description)])
ajv.addKeyword({ keyword: 'x-pattern', type: 'number', schemaType: 'string', validate: isWrittenAs })
ajv.addSchema({ $id: 'openapi', ...description })

/** A pattern of a number as it is written. A number that came from no text has no digits to look at. */
function isWrittenAs(pattern: string, _value: number, _schema?: object, place?: DataValidationCxt): boolean {
  const { parentData, parentDataProperty } = place ?? {}
  const literal = parentData && literalOf(parentData, parentDataProperty ?? '')
  return literal === undefined || new RegExp(pattern).test(literal)
}

const compiled = new WeakMap<Schema, ValidateFunction>()

/** What is wrong with a value, each as `/pointer: words`; nothing if it has the schema's shape. */
export function findFaults(schema: Schema, value: unknown): string[] {
  const validate = compiled.get(schema) ?? ajv.compile(absolute(schema) as Schema)
  compiled.set(schema, validate)
  if (validate(value)) return []
  return (validate.errors ?? []).map(({ instancePath, keyword, params, message }) => {
    const member: unknown = params['additionalProperty'] ?? params['unevaluatedProperty']
    if (typeof member === 'string') return `${instancePath}/${member}: is not described`
    const allowed = params['allowedValue'] ?? params['allowedValues'] ?? params['schema'] ?? ''
    const detail = keyword === 'x-pattern' ? 'is not written as it should be' : message
    return `${instancePath || '/'}: ${detail}${allowed === '' ? '' : ` (${JSON.stringify(allowed)})`}`
  })
}

/** The same schema with references that hold outside the description too. */
function absolute(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(absolute)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === '$ref' && typeof member === 'string' ? `openapi${member}` : absolute(member),
    ]),
  )
}
