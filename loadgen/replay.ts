import { parseArgs } from 'node:util'
import { findRunningStack } from '../knative/local/running-stack.ts'
import { ExpectedError } from './command/expected-error.ts'
import { wholeNumber } from './command/flag-values.ts'
import { runCommand } from './command/run-command.ts'
import { showProgress } from './command/show-progress.ts'
import { readBankFile } from './replay/read-bank-file.ts'
import { replayBank } from './replay/replay-bank.ts'
import { reportLines } from './replay/report.ts'
import { type TakenStack, takeStack } from './service/take-stack.ts'

/** Above about 100 it is the processors that set the pace, not the number of accounts: see README.md. */
const CONCURRENCY = 200
const ROW_SECONDS = 120

const USAGE = `npm run replay -- FILE.csv    sends a bank's rows through Settle and compares every balance with the bank's
  --twice                     publishes every row twice, and then all once more
  --kill-worker               half way, ends a worker with SIGKILL
  --concurrency N             most accounts at a time (${CONCURRENCY})
  --limit ROWS                only the first rows of the file`

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
    const { url, token, pubsub } = stack
    const kill = flags.killWorker ? killOnceAt(half, stack) : undefined
    const result = await replayBank({
      ...flags,
      url,
      token,
      pubsub,
      rows,
      interrupted,
      rowSeconds: ROW_SECONDS,
      show: showProgress,
      ...(kill && { onRow: kill.onRow }),
    })
    for (const line of reportLines(result)) console.log(line)
    await kill?.ended()
    return result.findings.areNone ? 0 : 1
  } finally {
    await stack.close()
  }
}

/** `ended` throws if no worker was killed: then the run has not shown what it was to show. */
function killOnceAt(row: number, { killWorker }: TakenStack) {
  let killing: Promise<PromiseSettledResult<void>[]> | undefined
  const kill = async () => {
    console.error(`killing a worker after ${row} rows`)
    await killWorker?.()
  }
  return {
    onRow: (done: number) => {
      if (done >= row) killing ??= Promise.allSettled([kill()])
    },
    ended: async () => {
      const [outcome] = (await killing) ?? []
      if (outcome?.status === 'fulfilled') return
      throw new ExpectedError(`no worker was killed: ${outcome?.reason ?? 'the replay did not get half way'}`)
    },
  }
}

await runCommand(USAGE, readFlags, replay)
