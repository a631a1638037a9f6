import { COMMANDS } from './commands.ts'
import type { Input, Operation } from './operations.ts'

const HEAD = `npm run --silent client -- COMMAND [VALUE…] [--flag VALUE…]

Of the service of npm start, or of --url with --token (SETTLE_URL, SETTLE_TOKEN). Prints JSON, money digit for digit.
`

const TAIL = [
  line(['wait', 'TRANSACTION'], 'Wait until it is decided, at most --seconds (30)'),
  line(['token'], "A token of npm start's issuer, for --sub and --scope"),
  line(['call', 'OPERATION', '[VALUE…]'], 'Any operation of docs/openapi.yaml; without one, lists them'),
  '',
  'COMMAND --help shows its flags. Ends with 0 if it is done, with 1 if it was refused, has failed or is not decided.',
]

/** What there is, from the description. */
export function usage(operations: readonly Operation[]): string {
  const lines = Object.entries(COMMANDS).map(([name, { operationId, positionals, about }]) => {
    const { summary = '' } = operations.find(operation => operation.operationId === operationId) ?? {}
    return line([name, ...positionals.map(placeholder)], about ?? summary)
  })
  return [HEAD, ...lines, ...TAIL].join('\n')
}

export function listOperations(operations: readonly Operation[]): string {
  const lines = operations.map(({ operationId, inputs, summary }) => {
    const places = inputs.filter(({ place }) => place === 'path')
    return line([operationId, ...places.map(({ name }) => placeholder(name))], summary)
  })
  return lines.join('\n')
}

function line(words: readonly string[], about: string): string {
  return `  ${words.join(' ').padEnd(44)} ${about}`
}

/** The flags of one operation. */
export function flagsOf({ operationId, inputs }: Operation): string {
  const lines = inputs.map(input => `  --${flagOf(input)}${input.isJson ? ' JSON' : ''}  (${input.place})`)
  return [`${operationId} takes`, ...lines].join('\n')
}

/** The flag an input is given by: its own name, headers in small letters. */
export function flagOf({ name, place }: Input): string {
  return place === 'header' ? name.toLowerCase() : name
}

export function placeholder(name: string): string {
  return name
    .replace(/Id$/, '')
    .replace(/(?<=[a-z])(Account|Transaction)$/, '')
    .replaceAll(/(?=[A-Z])/g, '-')
    .toUpperCase()
}
