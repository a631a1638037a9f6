import { SCOPES } from '../../../lib/auth/caller.ts'
import { PROBLEMS } from '../../../lib/http/problem.ts'
import { REJECTIONS } from '../../../lib/ledger/rejection.ts'
import { TRANSACTION_TYPES } from '../../../lib/ledger/transaction.ts'
import { readDocument } from '../../../lib/openapi/document.ts'
import { METRICS } from '../../../lib/telemetry/metrics.ts'
import { FAULT_CODES } from '../../../lib/verification/fault.ts'
import { FILES, read } from './repository.ts'

/** A name, and where it is. */
export type Name = { readonly name: string; readonly place: string }

const CODE = FILES.filter(file => /^(?:lib|functions)\/.*\.ts$/.test(file))
const MIGRATIONS = CODE.filter(file => file.startsWith('lib/mysql/migrations/'))

const TABLE = /(?:CREATE TABLE IF NOT EXISTS|CREATE OR REPLACE VIEW) (\w+)/g
const COLUMN =
  /^ *(?:CREATE TABLE IF NOT EXISTS \w+ \()?(?:ADD COLUMN )?(\w+) +(?:\$\{|(?:(?:VAR)?(?:CHAR|BINARY)|(?:BIG|SMALL|TINY)?INT|DECIMAL|DATETIME|ENUM|(?:MEDIUM)?TEXT|JSON)\b)/gm
const VALUES = /ENUM\(([^)]*)\)/g

/** The tables, columns and values that migrations make. */
export function namesOfSchema(place: string, text: string): Name[] {
  const values = [...text.matchAll(VALUES)].flatMap(([, list = '']) => [...list.matchAll(/'(\w+)'/g)])
  return [...text.matchAll(TABLE), ...text.matchAll(COLUMN), ...values].map(([, name = '']) => ({
    name,
    place,
  }))
}

/** What is stored, answered, published and measured under a name of ours: every one is chosen with care, and stays. */
export const STORED: readonly Name[] = [
  ...MIGRATIONS.flatMap(file => namesOfSchema(file, read(file))),
  ...named('lib/http/problem.ts', Object.keys(PROBLEMS)),
  ...named('lib/auth/caller.ts', SCOPES),
  ...named('lib/ledger/rejection.ts', REJECTIONS),
  ...named('lib/ledger/transaction.ts', TRANSACTION_TYPES),
  ...named('docs/openapi.yaml', deadLetterReasons()),
  ...named('lib/verification/fault.ts', FAULT_CODES),
  ...named(
    'lib/telemetry/metrics.ts',
    Object.entries(METRICS)
      .flatMap(([name, { attributes }]) => [name, ...attributes])
      .filter(name => name.startsWith('settle.')),
  ),
]

/** Of the description, which tests/docs/errors.test.ts holds against the code. */
function deadLetterReasons(): readonly string[] {
  type Described = { readonly DeadLetterReason: { readonly enum: readonly string[] } }
  const { schemas } = readDocument().components as unknown as { readonly schemas: Described }
  return schemas.DeadLetterReason.enum
}

function named(place: string, names: readonly string[]): Name[] {
  return names.map(name => ({ name, place }))
}

/** Every word of code that is no comment, text in quotes too. */
export const namesOfCode = (place: string, text: string): Name[] =>
  [...text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '').matchAll(/[A-Za-z_][\w-]*/g)].map(
    ([name]) => ({
      name,
      place,
    }),
  )

/** Every name of the API's description: of members, parameters, values, schemas and operations. */
export function namesOfDescription(value: unknown, place = 'docs/openapi.yaml'): Name[] {
  if (Array.isArray(value)) return value.flatMap(one => namesOfDescription(one, place))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inside]) => {
    if (/^examples?$/.test(name)) return []
    const values = name === 'enum' ? (inside as unknown[]).map(String) : []
    const own = /^(?:name|operationId)$/.test(name) && typeof inside === 'string' ? [inside] : []
    return [...named(place, [name, ...values, ...own]), ...namesOfDescription(inside, place)]
  })
}

/** Every name that is ours to choose, once for each file. */
export const CHOSEN: readonly Name[] = [
  ...CODE.flatMap(file => once(namesOfCode(file, read(file)))),
  ...once(namesOfDescription(readDocument())),
]

function once(names: readonly Name[]): Name[] {
  return [...new Map(names.map(one => [one.name, one])).values()]
}
