import { validatorOf } from '../openapi/validator.ts'
import type { FieldError } from './problem.ts'

/** The parameters a route takes: for each its schema in `docs/openapi.yaml`, and what its text is read as. */
export type Parameters = Readonly<Record<string, Parameter>>
type Parameter = { readonly schema: string; readonly as: 'text' | 'integer' }

/** What a query says; parameters that are not there are undefined. */
export type Query<P extends Parameters> = {
  readonly [K in keyof P]: (P[K]['as'] extends 'integer' ? number : string) | undefined
}

/**
 * Reads a query as bodies are read: every parameter that is unknown, wrong or there twice is named. An address with a
 * misspelt filter must not answer as if there were none.
 */
export function readQuery<P extends Parameters>(
  query: URLSearchParams,
  parameters: P,
): { readonly query: Query<P> } | { readonly errors: readonly FieldError[] } {
  const errors: FieldError[] = []
  const values: Record<string, unknown> = {}
  for (const name of new Set(query.keys())) {
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    const [text = '', ...more] = query.getAll(name)
    if (parameter === undefined) errors.push({ field: name, message: 'is not known here' })
    else if (more.length > 0) errors.push({ field: name, message: 'must be given once' })
    else {
      const value = parameter.as === 'integer' ? wholeNumber(text) : text
      const [wrong] = validatorOf(parameter.schema)(value)
      if (wrong === undefined) values[name] = value
      else errors.push({ field: name, message: wrong.message })
    }
  }
  return errors.length > 0 ? { errors } : { query: values as Query<P> }
}

/** Plain digits only: what `Number` takes besides, such as `1e1` or a space, is left a text, for the schema to refuse. */
function wholeNumber(text: string): number | string {
  return /^\d{1,15}$/.test(text) ? Number(text) : text
}
