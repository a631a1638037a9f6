import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 as Ajv, type ErrorObject } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import type { Complaint } from './fault.ts'
import { didYouMean } from './likely-key.ts'

const FOLDER = new URL('./schemas/', import.meta.url)
const ajv = new Ajv({ allErrors: true, verbose: true })
for (const file of readdirSync(FOLDER)) ajv.addSchema(parse(readFileSync(new URL(file, FOLDER), 'utf8')))

/** Where an object differs from a schema of `schemas/`, in words. `taker` is who would take the object. */
export function schemaFaults(object: unknown, schema: string, taker: string): Complaint[] {
  const validate = ajv.getSchema(schema)
  if (validate === undefined) throw new Error(`there is no schema ${schema}`)
  if (validate(object)) return []
  return (validate.errors ?? []).map(error => [toPath(object, error.instancePath), describe(error, taker)])
}

function describe(error: ErrorObject, taker: string): string {
  const { description } = (error.parentSchema ?? {}) as { description?: string }
  const reason = description === undefined ? '' : `: ${description}`
  const { params } = error
  const written = JSON.stringify(error.data)
  switch (error.keyword) {
    case 'additionalProperties': {
      const known = Object.keys((error.parentSchema as { properties?: object })['properties'] ?? {})
      const key = params['additionalProperty'] as string
      return `${key} is no field that ${taker} takes here${didYouMean(key, known)}`
    }
    case 'required':
      return `${params['missingProperty']} is missing${reason}`
    case 'type':
      return `must be ${article(params['type'] as string)}, not ${written}${reason}`
    case 'const':
      return `must be ${JSON.stringify(params['allowedValue'])}, not ${written}${reason}`
    case 'enum':
      return `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}, not ${written}${reason}`
    case 'minimum':
      return `must be at least ${params['limit']}, not ${written}${reason}`
    case 'maximum':
      return `must be at most ${params['limit']}, not ${written}${reason}`
    default:
      return `${error.message}${reason}`
  }
}

const article = (type: string) =>
  ({ integer: 'a whole number', string: 'text', array: 'a list', object: 'a group of fields' })[type] ?? type

/** `/spec/env/3/value` as `spec.env[MYSQL_URL].value`: an element with a name is called by it. */
function toPath(object: unknown, pointer: string): string {
  let value = object
  let path = ''
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~')
    const within = value
    value = (value as Record<string, unknown> | undefined)?.[key]
    const name = (value as { name?: unknown } | null | undefined)?.name
    if (Array.isArray(within)) path += `[${typeof name === 'string' ? name : key}]`
    else path += `${path === '' ? '' : '.'}${/^\w+$/.test(key) ? key : `[${key}]`}`
  }
  return path
}
