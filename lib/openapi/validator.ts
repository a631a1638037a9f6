import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import type { FieldError } from '../http/problem.ts'
import { readDocument } from './document.ts'

const ROOT = 'openapi'

/** Answers the fields that are wrong; none means the value has the schema's shape. */
export type Validate = (value: unknown) => readonly FieldError[]

let ajv: Ajv | undefined

/** Makes a validator of a schema of the API's one description, `docs/openapi.yaml`, by name. */
export function validatorOf(schemaName: string): Validate {
  ajv ??= loadSchemas()
  const validate = ajv.getSchema(`${ROOT}#/components/schemas/${schemaName}`)
  if (validate === undefined) throw new Error(`docs/openapi.yaml has no schema ${schemaName}`)
  return value => (validate(value) ? [] : ((validate as ValidateFunction).errors?.map(toFieldError) ?? []))
}

/**
 * Not the validator of the 2020 dialect, which looks at every alternative behind one that holds: it would compare each
 * transaction of a batch with all types. The strict mode refuses what this one does not know. That each schema is one, a test
 * says: to ask here would cost every start a tenth of a second.
 */
function loadSchemas(): Ajv {
  const isTested = { meta: false, validateSchema: false }
  const instance = new Ajv({
    allErrors: true,
    verbose: true,
    strict: true,
    allowUnionTypes: true,
    ...isTested,
  })
  addFormats.default(instance, ['date-time'])
  instance.addVocabulary(['x-message', 'x-pattern', 'components'])
  return instance.addSchema({ $id: ROOT, components: { schemas: readDocument().components['schemas'] } })
}

/** Names the field as the caller wrote it, such as `[3].amount`, and says what it should be. */
function toFieldError(error: ErrorObject): FieldError {
  const { instancePath, keyword, params, parentSchema, message } = error
  const missing: unknown = params['missingProperty'] ?? params['additionalProperty']
  const path = typeof missing === 'string' ? `${instancePath}/${missing}` : instancePath
  const field = path
    .slice(1)
    .split('/')
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(
      (name, part) => (/^\d+$/.test(part) ? `${name}[${part}]` : name === '' ? part : `${name}.${part}`),
      '',
    )
  if (keyword === 'required') return { field, message: 'is missing' }
  if (keyword === 'additionalProperties') return { field, message: 'is not known here' }
  const said: unknown = parentSchema?.['x-message']
  return { field: field || 'body', message: typeof said === 'string' ? said : (message ?? 'is wrong') }
}
