import {
  type Answer,
  type Answers,
  description,
  findFaults,
  type Header,
  type Operation,
  operations,
  resolve,
} from './description.ts'
import { parseExactly } from './exact-json.ts'

/** A request that a function was sent, and its answer. */
export type Exchange = {
  /** None: the load balancer itself answers, since it knows no function for the path. */
  readonly functionName: string | undefined
  readonly method: string
  readonly path: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/**
 * How an answer differs from `docs/openapi.yaml`, one line each: the operation, the status, the JSON pointer, and what
 * is wrong there. None means that the contract was kept.
 */
export function findDeviations(exchange: Exchange): string[] {
  const { name, answers } = describe(exchange)
  const { method, path, status } = exchange
  const place = `${name} (${method} ${path}) ${status}`
  if (answers[status] === undefined) {
    return [`${place}: the status is not described, only ${Object.keys(answers).join(', ')}`]
  }
  const answer = resolve<Answer>(answers[status])
  return [...findHeaderFaults(answer, exchange), ...findBodyFaults(answer, exchange)].map(
    fault => `${place} ${fault}`,
  )
}

/** The operation that a request is for; or what answers where there is none. */
function findOperation({
  functionName,
  method,
  path,
}: Pick<Exchange, 'functionName' | 'method' | 'path'>): Operation | 'other-address' | 'other-method' {
  const [address = ''] = path.split('?', 1)
  // What cannot be decoded, or is no path at all, names nothing.
  if (!address.startsWith('/') || !isDecodable(address)) return 'other-address'
  const here = operations
    .filter(({ operation }) => operation['x-functions'].some(name => name === functionName))
    .filter(({ path: template }) => toPattern(template).test(address))
  // As in the functions: a path that is named literally wins over one with an open part.
  const meant = here
    .filter(found => found.method === method)
    .sort((a, b) => a.path.split('{').length - b.path.split('{').length)
  return meant[0]?.operation ?? (here.length > 0 ? 'other-method' : 'other-address')
}

function describe(exchange: Exchange): { name: string; answers: Answers } {
  const found = findOperation(exchange)
  if (typeof found === 'string') return { name: found, answers: description['x-elsewhere'][found] }
  return { name: found.operationId, answers: found.responses }
}

function isDecodable(address: string): boolean {
  try {
    decodeURIComponent(address)
    return true
  } catch {
    return false
  }
}

function toPattern(template: string): RegExp {
  return new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}

function findHeaderFaults(answer: Answer, { headers }: Exchange): string[] {
  return Object.entries(answer.headers ?? {}).flatMap(([name, described]) => {
    const { required, schema } = resolve<Header>(described)
    const value = headers.get(name)
    if (value === null) return required === true ? [`header ${name}: is missing`] : []
    return findFaults(schema, value).map(fault => `header ${name} ${fault}`)
  })
}

function findBodyFaults({ content }: Answer, { method, headers, text }: Exchange): string[] {
  const type = headers.get('content-type')?.split(';')[0] ?? ''
  if (content === undefined) {
    return text === '' && type === '' ? [] : [`/: there should be no body, not ${type} ${text.slice(0, 100)}`]
  }
  const media = content[type]
  if (media === undefined) {
    return [`header content-type: is ${type || 'missing'}, not ${Object.keys(content).join(', ')}`]
  }
  // HEAD is answered like GET, without the body.
  if (method === 'HEAD') return []
  if (!type.endsWith('json')) return findFaults(media.schema, text)
  const body = parse(text)
  return body === undefined ? [`/: is not JSON: ${text.slice(0, 100)}`] : findFaults(media.schema, body)
}

/** Undefined, which JSON has no word for, if the text is none. */
function parse(text: string): unknown {
  try {
    return parseExactly(text)
  } catch {
    return undefined
  }
}
