import { parseArgs } from 'node:util'
import { findRunningStack } from '../knative/local/running-stack.ts'
import { ExpectedError } from './command/expected-error.ts'
import { showProgress } from './command/progress.ts'
import { runCommand } from './command/run-command.ts'
import { wholeNumber } from './command/whole-number.ts'
import { readBankFile } from './replay/read-bank-file.ts'
import { replayBank } from './replay/replay-bank.ts'
import { type ReplayStack, takeStack } from './replay/replay-stack.ts'
import { reportLines } from './replay/report.ts'

const USAGE = `npm run replay -- FILE.csv    sends a bank's rows through Settle and compares every balance with the bank's
  --twice                     publishes every row twice, and then all once more
  --kill-worker               half way, ends a worker with SIGKILL
  --concurrency N             most accounts at a time (DEFAULT)
  --limit ROWS                only the first rows of the file`

const CONCURRENCY = 600
const ROW_SECONDS = 120

type Flags = {
  readonly file: string
  readonly twice: boolean
  readonly killWorker: boolean
  readonly concurrency: number
  readonly limit: number | undefined
}

function readFlags(): Flags {
  const { values, positionals } = parseArgs({
    options: {
      twice: { type: 'boolean', default: false },
      'kill-worker': { type: 'boolean', default: false },
      concurrency: { type: 'string', default: String(CONCURRENCY) },
      limit: { type: 'string' },
    },
    allowPositionals: true,
  })
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw new Error('Name one file.')
  return {
    file,
    twice: values.twice,
    killWorker: values['kill-worker'],
    concurrency: wholeNumber('concurrency', values.concurrency, 1),
    limit: values.limit === undefined ? undefined : wholeNumber('limit', values.limit, 1),
  }
}

async function replay(flags: Flags, interrupted: AbortSignal): Promise<number> {
  const rows = await readBankFile(flags.file)
  if (flags.killWorker && findRunningStack() !== undefined) {
    throw new ExpectedError(
      'npm start is running, and its workers are not for a replay to kill: stop it first.',
    )
  }
  const stack = await takeStack(step => console.error(`starting ${step}`))
  try {
    interrupted.throwIfAborted()
    const half = Math.ceil(Math.min(rows.length, flags.limit ?? rows.length) / 2)
    const { url, pubsub } = stack
    const onRow = flags.killWorker ? killOnceAt(half, stack) : undefined
    const result = await replayBank({
      ...flags,
      url,
      pubsub,
      rows,
      interrupted,
      rowSeconds: ROW_SECONDS,
      show: showProgress,
      ...(onRow && { onRow }),
    })
    for (const line of reportLines(result)) console.log(line)
    return result.findings.areNone ? 0 : 1
  } finally {
    await stack.close()
  }
}

function killOnceAt(row: number, { killWorker }: ReplayStack): (done: number) => void {
  let isKilled = false
  return done => {
    if (isKilled || done < row) return
    isKilled = true
    console.error(`killing a worker after ${done} rows`)
    killWorker?.().catch(error => console.error(`the worker could not be killed: ${error.message}`))
  }
}

await runCommand(USAGE, readFlags, replay)
