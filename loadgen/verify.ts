import { parseArgs } from 'node:util'
import { findService, type Given } from './client/find-service.ts'
import { runCommand } from './command/run-command.ts'
import { askUntilComplete } from './verify/ask-until-complete.ts'
import { describeProgress, describeVerification } from './verify/report.ts'

const USAGE = `npm run verify     holds the ledger against its hash chains, and every balance against its entries
  --full                     everything, from the first transaction; otherwise what is new since the last time
  --hash GROUP:NUMBER:HASH   a hash that somebody kept: is that link what it was?
  --url, --token             of the service; by default that of npm start (SETTLE_URL, SETTLE_TOKEN)
Ends with 0 if all is as it was settled, with 1 if not: then every fault is named.`

type Flags = { readonly given: Given; readonly isFull: boolean; readonly hash: string | undefined }

function readFlags(): Flags {
  const { values } = parseArgs({
    options: {
      full: { type: 'boolean', default: false },
      hash: { type: 'string' },
      url: { type: 'string' },
      token: { type: 'string' },
    },
  })
  const { full: isFull, hash, ...given } = values
  if (hash !== undefined && !/^\d+:\d+:[0-9a-f]{64}$/i.test(hash)) {
    throw new Error(`--hash ${hash}: must be GROUP:NUMBER:HASH, as results and npm run verify give it`)
  }
  return { given, isFull, hash: hash?.toLowerCase() }
}

async function verify({ given, isFull, hash }: Flags, interrupted: AbortSignal): Promise<number> {
  const service = await findService({ ...given, scope: 'ops' })
  const onPart = (line: string) => console.error(line)
  const verification = await askUntilComplete(service, { isFull, hash, signal: interrupted }, so =>
    onPart(describeProgress(so)),
  )
  console.log(describeVerification(verification, isFull))
  return verification.faultCount === 0 ? 0 : 1
}

await runCommand(USAGE, readFlags, verify)
