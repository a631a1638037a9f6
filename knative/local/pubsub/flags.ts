import { parseArgs } from 'node:util'
import type { PubsubOptions } from './index.ts'

export const USAGE = `usage: npm run pubsub -- [--port N] [--admin-port N] [--signing-key FILE] [--issuer URL]
         [--max-push-window N] [--no-push-slow-start] [--no-push-backoff]`

// A connection is a file descriptor; the service's own rules change above this (docs.cloud.google.com/pubsub/docs/push).
const MAX_WINDOW = 3_000

/** The command line as options. Throws an Error that says which flag is wrong; ports default to any free one. */
export function parseFlags(args: readonly string[]): PubsubOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '0' },
      'admin-port': { type: 'string', default: '0' },
      'signing-key': { type: 'string' },
      issuer: { type: 'string' },
      'max-push-window': { type: 'string', default: '1000' },
      'no-push-slow-start': { type: 'boolean', default: false },
      'no-push-backoff': { type: 'boolean', default: false },
    },
  })
  const { issuer, 'signing-key': signingKeyFile } = values
  if (issuer !== undefined && !URL.canParse(issuer)) throw new Error(`--issuer is not a URL: ${issuer}`)
  return {
    port: parseCount('--port', values.port, [0, 65_535]),
    adminPort: parseCount('--admin-port', values['admin-port'], [0, 65_535]),
    maxPushWindow: parseCount('--max-push-window', values['max-push-window'], [1, MAX_WINDOW]),
    pushSlowStart: !values['no-push-slow-start'],
    pushBackoff: !values['no-push-backoff'],
    ...(signingKeyFile === undefined ? {} : { signingKeyFile }),
    ...(issuer === undefined ? {} : { issuer }),
  }
}

function parseCount(flag: string, text: string, [min, max]: readonly [number, number]): number {
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < min || count > max) {
    throw new Error(`${flag} is not a number from ${min} to ${max}: ${text}`)
  }
  return count
}
