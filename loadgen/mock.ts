import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { ExpectedError } from './command/expected-error.ts'
import { wholeNumber } from './command/flag-values.ts'
import { runCommand } from './command/run-command.ts'
import { mockAccounts } from './mock/mock-accounts.ts'
import type { MockOptions } from './mock/mock-options.ts'
import { mockTransactions } from './mock/mock-transactions.ts'

const USAGE = `npm run --silent mock -- --accounts N --transactions M --seed S > FILE.ndjson
                          mock transactions, one JSON object a line: deposits first, then payments
  --currency USD
  --accounts-file FILE    also writes the requests that open the accounts, one a line`

type Flags = MockOptions & { readonly accountsFile: string | undefined }

function readFlags(): Flags {
  const { values } = parseArgs({
    options: {
      accounts: { type: 'string' },
      transactions: { type: 'string' },
      seed: { type: 'string' },
      currency: { type: 'string', default: 'USD' },
      'accounts-file': { type: 'string' },
    },
  })
  const { currency } = values
  if (!/^[A-Z]{3}$/.test(currency)) throw new Error(`--currency ${currency}: must be three capital letters`)
  return {
    // A payment needs two.
    accounts: wholeNumber('accounts', values.accounts, 2),
    transactions: wholeNumber('transactions', values.transactions, 1),
    seed: wholeNumber('seed', values.seed, 0),
    currency,
    accountsFile: values['accounts-file'],
  }
}

async function mock(flags: Flags, interrupted: AbortSignal): Promise<number> {
  const accounts = mockAccounts(flags)
  if (flags.accountsFile !== undefined)
    await writeLines(accounts, createWriteStream(flags.accountsFile), interrupted)
  await writeLines(mockTransactions(flags, accounts), process.stdout, interrupted)
  return 0
}

async function writeLines(
  values: Iterable<object>,
  to: NodeJS.WritableStream,
  signal: AbortSignal,
): Promise<void> {
  const lines = Readable.from(values).map(value => `${JSON.stringify(value)}\n`)
  try {
    await pipeline(lines, to, { signal })
  } catch (error) {
    // Who reads has enough, as `head` does.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return
    throw new ExpectedError(`cannot write: ${(error as Error).message}`, error)
  }
}

await runCommand(USAGE, readFlags, mock)
