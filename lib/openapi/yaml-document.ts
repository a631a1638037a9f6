import { parse, type ScalarTag } from 'yaml'

/** A decimal keeps its digits: `1000.50` in an example is money, and stays `1000.50` in JSON. */
const decimal: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: /^-?(0|[1-9]\d*)\.\d+$/,
  resolve: digits => JSON.rawJSON(digits),
}

/** What a YAML text says. */
export function readYaml(text: string): unknown {
  return parse(text)
}

/** The same as JSON, decimals digit for digit. */
export function yamlToJson(text: string): string {
  return JSON.stringify(parse(text, { customTags: tags => [decimal, ...tags] }))
}
