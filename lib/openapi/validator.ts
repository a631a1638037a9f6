import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import type { FieldError } from '../http/problem.ts'
import { readDocument } from './document.ts'

const ROOT = 'openapi'

/** Answers the fields that are wrong; none means the value has the schema's shape. */
export type Validate = (value: unknown) => readonly FieldError[]

const schemas = readDocument().components['schemas'] ?? {}
const validators = new Map<string, Validate>()
const uncompiled = new Set<() => void>()
let ajv: Ajv | undefined

/**
 * The validator of a schema of the API's one description, `docs/openapi.yaml`, by name. It is compiled when it is first used, or
 * by `compileValidators`, so that a process can answer before. Throws if there is no such schema.
 */
export function validatorOf(schemaName: string): Validate {
  const known = validators.get(schemaName)
  if (known !== undefined) return known
  if (!(schemaName in schemas)) throw new Error(`docs/openapi.yaml has no schema ${schemaName}`)
  const validator = makeValidator(schemaName)
  validators.set(schemaName, validator)
  return validator
}

/** Compiles what has been asked for, so that no request waits for it. */
export function compileValidators(): void {
  for (const compile of uncompiled) compile()
}

function makeValidator(schemaName: string): Validate {
  let compiled: ValidateFunction | undefined
  const compile = (): ValidateFunction => {
    uncompiled.delete(compile)
    ajv ??= loadSchemas()
    compiled = ajv.getSchema(`${ROOT}#/components/schemas/${schemaName}`) as ValidateFunction
    return compiled
  }
  uncompiled.add(compile)
  return value => {
    const validate = compiled ?? compile()
    return validate(value) ? [] : (validate.errors?.map(toFieldError) ?? [])
  }
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
  return instance.addSchema({ $id: ROOT, components: { schemas } })
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
