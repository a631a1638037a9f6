import { readFileSync } from 'node:fs'
import { parse, type ScalarTag } from 'yaml'

const text = readFileSync(new URL('../../docs/openapi.yaml', import.meta.url), 'utf8')

/** The API's one description, `docs/openapi.yaml`, as far as code looks into it. */
export type OpenApiDocument = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly [member: string]: unknown
}

export function readDocument(): OpenApiDocument {
  return parse(text) as OpenApiDocument
}

/** A decimal keeps its digits: `1000.50` in an example is money, and stays `1000.50` in JSON. */
const decimal: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: /^-?(0|[1-9]\d*)\.\d+$/,
  resolve: digits => JSON.rawJSON(digits),
}

/** The same description as JSON, money in it digit for digit. */
export function documentJson(): string {
  return JSON.stringify(parse(text, { customTags: tags => [decimal, ...tags] }))
}
