import { parseArgs } from 'node:util'
import type { PubsubOptions } from './index.ts'

export const USAGE = 'usage: main.ts [--port N] [--admin-port N] [--signing-key FILE] [--issuer URL]'

/** The command line as options. Throws an Error that says which flag is wrong; ports default to any free one. */
export function parseFlags(args: readonly string[]): PubsubOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '0' },
      'admin-port': { type: 'string', default: '0' },
      'signing-key': { type: 'string' },
      issuer: { type: 'string' },
    },
  })
  const { issuer, 'signing-key': signingKeyFile } = values
  if (issuer !== undefined && !URL.canParse(issuer)) throw new Error(`--issuer is not a URL: ${issuer}`)
  return {
    port: parsePort('--port', values.port),
    adminPort: parsePort('--admin-port', values['admin-port']),
    ...(signingKeyFile === undefined ? {} : { signingKeyFile }),
    ...(issuer === undefined ? {} : { issuer }),
  }
}

function parsePort(flag: string, text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`${flag} is not a port, 0 to 65535: ${text}`)
  return port
}
