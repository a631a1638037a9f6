import { readDocument } from '../../lib/openapi/document.ts'

/** Something a request says, and where. */
export type Input = {
  readonly name: string
  readonly place: 'path' | 'query' | 'header' | 'body'
  /** Its flag is JSON: it is a member that is a number, a list or an object. Any other is text as it stands, money too. */
  readonly isJson: boolean
}

/** An operation of `docs/openapi.yaml`, as far as a request needs it. */
export type Operation = {
  readonly operationId: string
  readonly method: string
  readonly path: string
  readonly summary: string
  readonly inputs: readonly Input[]
}

type Schema = {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly oneOf?: readonly Schema[]
}
type Parameter = { readonly name: string; readonly in: 'path' | 'query' | 'header' }
type Described = {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly parameters?: readonly (Parameter & { $ref?: string })[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}

/** Reads the operations that callers may use. */
export function readOperations(): readonly Operation[] {
  const description = readDocument()
  const resolve = <T extends { $ref?: string }>(value: T): T => {
    if (value.$ref === undefined) return value
    const parts = value.$ref.slice(2).split('/')
    const found = parts.reduce<unknown>(
      (place, part) => (place as Record<string, unknown>)[part],
      description,
    )
    return resolve(found as T)
  }
  const members = (schema: Schema): [string, Schema][] => {
    const { properties = {}, oneOf = [] } = resolve(schema)
    return [...Object.entries(properties), ...oneOf.flatMap(members)]
  }
  const isJson = (schema: Schema) => ![resolve(schema).type ?? 'string'].flat().includes('string')
  const inputsOf = ({ parameters = [], requestBody }: Described): Input[] => {
    const [media] = Object.values(requestBody?.content ?? {})
    const body = new Map(media === undefined ? [] : members(media.schema))
    return [
      ...parameters.map(resolve).map(({ name, in: place }) => ({ name, place, isJson: false })),
      ...[...body].map(([name, schema]) => ({ name, place: 'body' as const, isJson: isJson(schema) })),
    ]
  }
  return Object.entries(description.paths).flatMap(([path, methods]) =>
    (Object.entries(methods) as [string, Described][])
      .filter(([, { tags }]) => !tags.includes('Inside'))
      .map(([method, described]) => ({
        operationId: described.operationId,
        method: method.toUpperCase(),
        path,
        summary: described.summary,
        inputs: inputsOf(described),
      })),
  )
}
