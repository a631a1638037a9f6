import { parseArgs } from 'node:util'
import { wholeNumber } from '../command/flag-values.ts'
import { buildRequest, type ClientRequest } from './build-request.ts'
import { COMMANDS, type Command } from './commands.ts'
import type { Given } from './find-service.ts'
import type { Operation } from './operations.ts'
import { flagOf, flagsOf, listOperations, placeholder, usage } from './usage.ts'

/** What a command line asks for. */
export type Plan =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'token'; readonly given: Given }
  | { readonly kind: 'wait'; readonly given: Given; readonly transactionId: string; readonly seconds: number }
  | { readonly kind: 'watch' | 'ask'; readonly given: Given; readonly requestAfter: RequestAfter }

/** The request for the page behind a cursor; the first without one. */
export type RequestAfter = (cursor?: string) => ClientRequest

const WHERE = {
  url: { type: 'string' },
  token: { type: 'string' },
  sub: { type: 'string' },
  scope: { type: 'string' },
} as const

/** How long the decision on what is sent is waited for, unless a flag says otherwise. */
const PREFER = 'wait=10'

/** Reads a command line. Throws a message for the person who typed it. */
export function readPlan(
  args: readonly string[],
  operations: readonly Operation[],
  newId: () => string,
): Plan {
  const [name, ...rest] = args
  if (name === undefined) throw new Error('Name a command.')
  if (name === '--help') return { kind: 'say', text: usage(operations) }
  if (name === 'token') return { kind: 'token', given: parseArgs({ args: rest, options: WHERE }).values }
  if (name === 'wait') return readWait(rest)
  const [command, values] = name === 'call' ? readCall(rest, operations) : [readCommand(name), rest]
  if (command === undefined) return { kind: 'say', text: listOperations(operations) }
  const operation = operations.find(({ operationId }) => operationId === command.operationId)
  if (operation === undefined) throw new Error(`docs/openapi.yaml has no operation ${command.operationId}.`)
  return readRequest({ name, command, operation }, values, newId)
}

function readWait(args: string[]): Plan {
  const options = { ...WHERE, seconds: { type: 'string', default: '30' } } as const
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const [transactionId, ...more] = positionals
  if (transactionId === undefined || more.length > 0) throw new Error('wait TRANSACTION-ID')
  return { kind: 'wait', given: values, transactionId, seconds: wholeNumber('seconds', values.seconds, 0) }
}

function readCommand(name: string): Command {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) throw new Error(`There is no command ${name}.`)
  return command
}

function readCall(args: string[], operations: readonly Operation[]): [Command | undefined, string[]] {
  const [operationId, ...values] = args
  if (operationId === undefined) return [undefined, []]
  const { inputs = [] } = operations.find(operation => operation.operationId === operationId) ?? {}
  const positionals = inputs.filter(({ place }) => place === 'path').map(({ name }) => name)
  return [{ operationId, positionals }, values]
}

type Named = { readonly name: string; readonly command: Command; readonly operation: Operation }

function readRequest({ name, command, operation }: Named, args: string[], newId: () => string): Plan {
  const flags = Object.fromEntries(
    operation.inputs.map(input => [flagOf(input), { type: 'string' as const }]),
  )
  const options = { ...flags, ...WHERE, help: { type: 'boolean' } } as const
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  if (values.help === true) return { kind: 'say', text: flagsOf(operation) }
  if (positionals.length !== command.positionals.length) {
    throw new Error([name, ...command.positionals.map(placeholder)].join(' '))
  }
  const { url, token, sub, scope, help: _help, ...given } = values
  const all = {
    ...(command.sends === true && { transactionId: newId(), prefer: PREFER }),
    ...command.fixed,
    ...Object.fromEntries(command.positionals.map((key, index) => [key, positionals[index] ?? ''])),
    ...(given as Record<string, string>),
  }
  const requestAfter = (cursor?: string) =>
    buildRequest(operation, { ...all, ...(cursor !== undefined && { cursor }) })
  requestAfter()
  const kind = operation.operationId === 'streamBalance' ? 'watch' : 'ask'
  return { kind, given: { url, token, sub, scope }, requestAfter }
}
