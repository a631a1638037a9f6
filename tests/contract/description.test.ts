import { expect, test } from '@jest/globals'
import { Validator } from '@seriousme/openapi-schema-validator'
import { readManifests } from '../../knative/local/serving/manifest.ts'
import { parseJson } from '../../lib/http/json.ts'
import { PROBLEMS } from '../../lib/http/problem.ts'
import { documentJson } from '../../lib/openapi/document.ts'
import {
  type Answer,
  description,
  findFaults,
  type Header,
  type MediaType,
  operations,
  type Parameter,
  resolve,
  type Schema,
} from '../support/contract/description.ts'

type Place = { readonly name: string; readonly schema: Schema; readonly examples: readonly unknown[] }

const elsewhere = Object.entries(description['x-elsewhere'])
const answers = [
  ...operations.map(({ operation }) => [operation.operationId, operation.responses] as const),
  ...elsewhere,
].flatMap(([name, responses]) =>
  Object.entries(responses).map(([status, answer]) => ({
    name: `${name} ${status}`,
    answer: resolve<Answer>(answer),
  })),
)

function examplesOf({ example, examples = {} }: Pick<MediaType, 'example' | 'examples'>): unknown[] {
  const named = Object.values(examples).map(({ value }) => value)
  return example === undefined ? named : [example, ...named]
}

function mediaPlaces(name: string, content: Readonly<Record<string, MediaType>> = {}): Place[] {
  return Object.values(content).map(media => ({ name, schema: media.schema, examples: examplesOf(media) }))
}

const requests = operations.flatMap(({ operation: { operationId, requestBody } }) =>
  mediaPlaces(`${operationId} request`, requestBody?.content),
)
const bodies = answers.flatMap(({ name, answer }) => mediaPlaces(name, answer.content))
const values = [
  ...operations.flatMap(({ operation }) => (operation.parameters ?? []).map(resolve<Parameter>)),
  ...answers.flatMap(({ answer }) => Object.values(answer.headers ?? {}).map(resolve<Header>)),
].map(({ schema, ...rest }) => ({ name: JSON.stringify(rest), schema, examples: examplesOf(rest) }))

/** Objects of an answer's schema that let a member pass which is not described. */
function findOpenObjects(schema: unknown, place: string): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { $ref, ...members } = schema as Schema
  const { type, properties, additionalProperties } = members
  const referred = typeof $ref === 'string' ? findOpenObjects(resolve({ $ref }), `${place} ${$ref}`) : []
  const open = type === 'object' && properties !== undefined && $ref === undefined
  const own = open && additionalProperties !== false && members['if'] === undefined ? [place] : []
  const parts = ['oneOf', 'anyOf', 'allOf', 'items', 'properties'].flatMap(key =>
    Object.entries((members[key] as object | undefined) ?? {}).flatMap(([name, part]) =>
      findOpenObjects(part, `${place}/${key}/${name}`),
    ),
  )
  return [...own, ...referred, ...parts]
}

test('is valid OpenAPI 3.1', async () => {
  const validator = new Validator()
  const { valid, errors } = await validator.validate(JSON.parse(documentJson()))
  expect({ valid, errors, version: validator.version }).toEqual({ valid: true, version: '3.1' })
})

test('gives each operation a summary, a tag of the list and an id of its own', () => {
  const tags = description.tags.map(({ name }) => name)
  const ids = operations.map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(operations.length)
  for (const { path, method, operation } of operations) {
    expect([path, method, operation.operationId]).toEqual([path, method, expect.stringMatching(/^[a-z]\w+$/)])
    expect([path, method, operation.summary]).toEqual([path, method, expect.stringMatching(/^[A-Z].+[^.]$/)])
    expect(tags).toEqual(expect.arrayContaining([...operation.tags]))
  }
})

test('describes each open part of a path, where the page shows it', () => {
  for (const { path, operation } of operations) {
    const described = (operation.parameters ?? [])
      .map(resolve<Parameter>)
      .filter(parameter => parameter.in === 'path')
    const open = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    expect([operation.operationId, described.map(({ name }) => name)]).toEqual([operation.operationId, open])
  }
})

test('shows an example of every request, answer, parameter and header', () => {
  const bare = [...requests, ...bodies, ...values].filter(({ examples }) => examples.length === 0)
  expect(bare.map(({ name }) => name)).toEqual([])
  expect([requests.length, bodies.length, values.length].map(count => count > 3)).toEqual([true, true, true])
})

test('shows only answers, parameters and headers that are as they are described', () => {
  const faults = [...bodies, ...values].flatMap(({ name, schema, examples }) =>
    examples.flatMap(example => findFaults(schema, example).map(fault => `${name} ${fault}`)),
  )
  expect(faults).toEqual([])
})

test('shows only requests that the functions would take', () => {
  const faults = requests.flatMap(({ name, schema, examples }) =>
    examples
      // As the functions read them: money as text.
      .map(example => parseJson(JSON.stringify(example)))
      .flatMap(example => findFaults(schema, example).map(fault => `${name} ${fault}`)),
  )
  expect(faults).toEqual([])
})

test('lets no answer have a member that is not described', () => {
  expect(bodies.flatMap(({ name, schema }) => findOpenObjects(schema, name))).toEqual([])
  expect(findOpenObjects({ type: 'object', properties: {} }, 'seen')).toEqual(['seen'])
})

test.each(readManifests().map(({ name }) => name))('describes the routes of %s, and no other', async name => {
  const { createRoutes } = (await import(`../../functions/${name}/handle.ts`)) as {
    createRoutes: (parts: object) => Record<string, unknown>
  }
  const described = operations
    .filter(({ operation }) => operation['x-functions'].includes(name))
    .map(({ method, path }) => `${method} ${path}`)
  expect(described.sort()).toEqual([...Object.keys(createRoutes({})), 'GET /healthz'].sort())
})

test('documents every problem code with its status where it can be answered, and an example of each', () => {
  const described = answers.flatMap(({ name, answer }) => {
    const media = answer.content?.['application/problem+json']
    if (media === undefined) return []
    const { code } = media.schema['properties'] as { code: { enum: string[] } }
    expect([name, Object.keys(media.examples ?? {})]).toEqual([name, code.enum])
    return code.enum.map(one => `${one} ${name.split(' ')[1]}`)
  })
  const codes = Object.entries(PROBLEMS).map(entry => entry.join(' '))
  expect([...new Set(described)].sort()).toEqual(codes.sort())
})

test('documents what any function can answer on every operation', () => {
  for (const { operation } of operations) {
    const { operationId, responses, tags, requestBody } = operation as typeof operation & {
      security?: unknown
    }
    const statuses = Object.keys(responses)
    expect([operationId, statuses]).toEqual([operationId, expect.arrayContaining(['413', '500', '503'])])
    if (tags.includes('Inside') && requestBody !== undefined) {
      expect([operationId, statuses]).toEqual([operationId, expect.arrayContaining(['400', '401', '403'])])
    } else if (requestBody !== undefined) {
      expect([operationId, statuses]).toEqual([operationId, expect.arrayContaining(['400', '415'])])
    }
  }
})
