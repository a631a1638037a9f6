import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { coresOf, gibOf } from '../../knative/local/check/manifests/amount.ts'

const FILE = new URL('../../terraform/scaling/fields.yaml', import.meta.url)

/** A field of Terraform's variable `scaling`. */
export type Field = {
  readonly kind: 'whole' | 'number' | 'cpu' | 'memory'
  /** The annotation, or the place in the Service's template, that has its value. */
  readonly at: string
  readonly aliases?: readonly string[]
  /** Written behind the number. */
  readonly suffix?: string
  readonly least?: number | string
  readonly most?: number | string
}

export type Way = 'simulated' | 'live'

/** These have no place there: a flag that changed nothing would mislead. */
const LEFT_OUT: Readonly<Record<Way, readonly string[]>> = {
  simulated: ['memory', 'pool_size'],
  live: ['memory', 'cpu'],
}
const WHY_LEFT_OUT: Readonly<Record<Way, string>> = {
  simulated: 'changes nothing in a simulation',
  live: 'changes nothing with --live, where instances are processes without limits',
}

const ALL = parse(readFileSync(FILE, 'utf8')) as Readonly<Record<string, Field>>

/** The names of those that change something. */
export function fieldNames(way: Way): readonly string[] {
  return Object.keys(ALL).filter(name => !LEFT_OUT[way].includes(name))
}

/** The field of this name, if it may have this value. Throws an Error that says why not. */
export function fieldFor(name: string, value: string, way: Way): Field {
  if (LEFT_OUT[way].includes(name)) throw new Error(`${name} ${WHY_LEFT_OUT[way]}`)
  const field = ALL[name]
  if (field === undefined) throw new Error(`${name}: must be one of ${fieldNames(way).join(', ')}`)
  const { kind, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY } = field
  const number = READERS[kind](value)
  const [from, to] = [least, most].map(bound => READERS[kind](String(bound)))
  if (number >= Number(from) && number <= Number(to)) return field
  const end = field.most === undefined ? '' : `, at most ${most}`
  throw new Error(`${name} ${value}: must be ${WHAT[kind]} of at least ${least}${end}`)
}

const WHAT = {
  whole: 'a whole number',
  number: 'a number',
  cpu: 'cores, such as 1 or 500m,',
  memory: 'memory, such as 512Mi or 1Gi,',
}

const READERS: Readonly<Record<Field['kind'], (text: string) => number>> = {
  whole: text => (/^(-?\d+|-?Infinity)$/.test(text) ? Number(text) : Number.NaN),
  number: text => (/^(-?\d+(\.\d+)?|-?Infinity)$/.test(text) ? Number(text) : Number.NaN),
  cpu: coresOf,
  memory: gibOf,
}
