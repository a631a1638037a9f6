import { readDocument } from './document.ts'

const REFERENCE = '#/components/schemas/'

/**
 * A schema of the API's one description as a JSON Schema 2020-12 by itself, with all it refers to. What begins with `x-` is
 * ours alone, and a strict validator would refuse it.
 */
export function jsonSchemaOf(name: string, id: string): string {
  const schemas = readDocument().components['schemas'] ?? {}
  const definitions: Record<string, unknown> = {}
  const include = (wanted: string): void => {
    if (wanted in definitions) return
    if (!(wanted in schemas)) throw new Error(`docs/openapi.yaml has no schema ${wanted}`)
    // Before it is read to its end: a schema may refer to itself.
    definitions[wanted] = {}
    definitions[wanted] = standAlone(schemas[wanted], include)
  }
  include(name)
  const $schema = 'https://json-schema.org/draft/2020-12/schema'
  return JSON.stringify({ $schema, $id: id, $ref: `#/$defs/${name}`, $defs: definitions })
}

function standAlone(node: unknown, include: (name: string) => void): unknown {
  if (Array.isArray(node)) return node.map(part => standAlone(part, include))
  if (typeof node === 'string' && node.startsWith(REFERENCE)) {
    const name = node.slice(REFERENCE.length)
    include(name)
    return `#/$defs/${name}`
  }
  if (typeof node !== 'object' || node === null) return node
  const members = Object.entries(node).filter(([key]) => !key.startsWith('x-'))
  return Object.fromEntries(members.map(([key, part]) => [key, standAlone(part, include)]))
}
