import { parseArgs } from 'node:util'
import { wholeNumber } from './command/flag-values.ts'
import { runCommand } from './command/run-command.ts'
import { showProgress } from './command/show-progress.ts'
import { MEASURED, measureTransfers } from './latency/measure-transfers.ts'
import { lateRows, tableOf } from './latency/report.ts'
import { takeStack } from './service/take-stack.ts'

const USAGE = `npm run latency    measures how soon a transfer is seen, one at a time
  --transfers 500         every other waits for its answer
  --seed 1                of the pauses between them
  --at-most 50            milliseconds from the decision until half are seen; more is an error`

type Flags = { readonly transfers: number; readonly seed: number; readonly atMost: number }

function readFlags(): Flags {
  const { values } = parseArgs({
    options: {
      transfers: { type: 'string', default: '500' },
      seed: { type: 'string', default: '1' },
      'at-most': { type: 'string', default: '50' },
    },
  })
  return {
    // One that waits and one that does not.
    transfers: wholeNumber('transfers', values.transfers, 2),
    seed: wholeNumber('seed', values.seed, 0),
    atMost: wholeNumber('at-most', values['at-most'], 0),
  }
}

async function measure({ transfers, seed, atMost }: Flags, interrupted: AbortSignal): Promise<number> {
  const stack = await takeStack(step => console.error(`starting ${step}`))
  const progress = showProgress('transfers', transfers)
  try {
    const runId = Date.now().toString(36)
    const onTransfer = () => progress.step()
    const figures = await measureTransfers({
      url: stack.url,
      token: stack.token,
      runId,
      transfers,
      seed,
      interrupted,
      onTransfer,
    })
    progress.stop()
    for (const line of tableOf(figures)) console.log(line)
    const late = lateRows(figures, [MEASURED.decidedToWaited, MEASURED.decidedToStreamed], atMost)
    for (const row of late) console.log(`p50 above ${atMost} ms: ${row}`)
    return late.length === 0 ? 0 : 1
  } finally {
    progress.stop()
    await stack.close()
  }
}

await runCommand(USAGE, readFlags, measure)
