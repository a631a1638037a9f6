import fc, { type Arbitrary } from 'fast-check'
import { type FoundOperation, operations, type Parameter, resolve } from '../contract/description.ts'
import { brokenBytes, brokenJson, SQL } from './broken-json.ts'
import { textOf, validJson } from './json-text.ts'

export type FuzzRequest = {
  readonly functionName: string
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Tokens by what is wrong with them; `good` is the push that a function takes, `caller` a caller who may do everything. */
export type Tokens = (
  functionName: string,
) => Readonly<Record<'good' | 'stranger' | 'other' | 'caller' | 'powerless', string>>

/** Mostly good: a request that is wrong in everything is refused for the first thing only. */
const some = <T>(good: Arbitrary<T>, bad: Arbitrary<T>): Arbitrary<T> =>
  fc.oneof({ weight: 5, arbitrary: good }, { weight: 1, arbitrary: bad })

const strangeParts = fc.oneof(
  fc.constantFrom(
    ...SQL,
    '__proto__',
    'constructor',
    '..',
    '.',
    'a/b',
    'a\u0000b',
    '💩',
    ' ',
    'x'.repeat(65),
  ),
  fc.constantFrom('x'.repeat(4000), 'status', 'balance', 'process', 'é', '%', '%2e%2e'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
)
const strangePart = fc.oneof(
  strangeParts.map(text => encodeURIComponent(text.toWellFormed())),
  fc.constantFrom('%E0%A4%A', '%', '%zz', '%c0%ae', '..', '.', '', ';x=1', '*'),
)
const strangeQuery = fc.constantFrom(
  '?',
  '?a=1',
  '?__proto__[x]=1',
  '?x=%',
  '??',
  `?q=${'y'.repeat(3000)}`,
  "?id=1'--",
)
const strangeType = fc.constantFrom(
  ...['', 'text/plain', 'application/jso', 'application/json, text/plain', 'multipart/form-data; boundary=x'],
  ...[
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    'APPLICATION/JSON ; x',
    ';',
    'é',
  ],
  ...['application/cloudevents+json', 'application/json-patch+json', `application/${'j'.repeat(3000)}`],
)
const strangeHeaders = fc.constantFrom<Readonly<Record<string, string>>>(
  ...[
    {},
    {},
    {},
    {},
    { 'content-encoding': 'gzip' },
    { 'if-none-match': '*' },
    { 'if-none-match': SQL.join() },
  ],
  ...[{ 'x-http-method-override': 'DELETE' }, { 'x-forwarded-for': SQL.join() }, { accept: 'text/html' }],
  ...[
    { 'transfer-encoding': 'chunked' },
    { connection: 'close' },
    { range: 'bytes=0-1' },
    { origin: 'null' },
  ],
  ...[
    { 'ce-id': '1', 'ce-type': 'x', 'ce-source': 'y', 'ce-specversion': '1.0' },
    { cookie: 'a=b; __proto__=1' },
  ],
)
const strangeMethods = fc.constantFrom(
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'SEARCH',
)

/** Requests for the operations of the description, some as they should be and most not quite. */
export function fuzzRequests(tokens: Tokens): Arbitrary<FuzzRequest> {
  const kinds = operations.flatMap(found =>
    found.operation['x-functions'].map(functionName => ({
      // Those that take a body have the most that can be wrong.
      weight: found.operation.requestBody === undefined ? 1 : 4,
      arbitrary: requestsFor(found, functionName, tokens),
    })),
  )
  return fc.oneof(...kinds)
}

function requestsFor(found: FoundOperation, functionName: string, tokens: Tokens): Arbitrary<FuzzRequest> {
  return (
    fc
      .record({
        functionName: fc.constant(functionName),
        method: fc.oneof({ weight: 12, arbitrary: fc.constant(found.method) }, strangeMethods),
        path: pathOf(found),
        headers: headersOf(found, tokens(functionName)),
        body: bodyOf(found),
      })
      // Node's client does not frame the body of a GET or a DELETE by itself: the rest of it would be the next request.
      .map(request => ({ ...request, headers: { ...request.headers, ...length(request) } }))
  )
}

function length({ headers, body }: Pick<FuzzRequest, 'headers' | 'body'>): Record<string, string> {
  return 'transfer-encoding' in headers || body.length === 0 ? {} : { 'content-length': String(body.length) }
}

function pathOf({ path, operation }: FoundOperation): Arbitrary<string> {
  const parameters = (operation.parameters ?? []).map(resolve<Parameter>)
  const parts = path.split('/').map(part => {
    const parameter = parameters.find(({ name }) => part === `{${name}}`)
    if (parameter === undefined) return fc.constant(part)
    const good = validJson(parameter.schema).map(json =>
      encodeURIComponent(JSON.parse(textOf(json)) as string),
    )
    return some(good, strangePart)
  })
  const whole = fc.tuple(...parts).map(all => all.join('/'))
  const strange = fc.tuple(whole, strangePart).map(([good, more]) => `${good === '/' ? '' : good}/${more}`)
  const address = fc.oneof({ weight: 10, arbitrary: whole }, strange)
  return fc
    .tuple(address, fc.oneof({ weight: 5, arbitrary: fc.constant('') }, strangeQuery))
    .map(([good, query]) => good + query)
}

function headersOf(
  { operation }: FoundOperation,
  { good, stranger, other, caller, powerless }: ReturnType<Tokens>,
): Arbitrary<Readonly<Record<string, string>>> {
  const type = some(fc.constantFrom('application/json', 'Application/JSON; charset=utf-8'), strangeType)
  const right = operation.tags.includes('Inside') ? good : caller
  const bad = fc.constantFrom(
    `Bearer ${powerless}`,
    `Bearer ${stranger}`,
    `Bearer ${other}`,
    '',
    `Bearer ${right}x`,
    'Bearer',
    'Basic x',
    'Bearer a.b.c',
  )
  // Otherwise most would be refused at the door, and little be learnt of what is behind it.
  const authorization = fc.oneof({ weight: 20, arbitrary: fc.constant(`Bearer ${right}`) }, bad)
  return fc.tuple(type, authorization, strangeHeaders).map(([contentType, token, more]) => ({
    ...(contentType !== '' && { 'content-type': contentType }),
    ...(token !== '' && { authorization: token }),
    ...more,
  }))
}

function bodyOf({ operation }: FoundOperation): Arbitrary<Buffer> {
  const schema = Object.values(operation.requestBody?.content ?? {})[0]?.schema
  const nothing = fc.constant(Buffer.alloc(0))
  if (schema === undefined) {
    return fc.oneof({ weight: 9, arbitrary: nothing }, fc.constant(Buffer.from('{"a":1}')))
  }
  const valid = validJson(schema, json => some(json, brokenJson(json)))
  const toBytes = (json: typeof valid) => json.map(whole => Buffer.from(textOf(whole)))
  return fc.oneof(
    { weight: 4, arbitrary: toBytes(valid) },
    { weight: 6, arbitrary: toBytes(brokenJson(valid)) },
    { weight: 1, arbitrary: brokenBytes(fc.oneof(valid, brokenJson(valid))) },
  )
}
