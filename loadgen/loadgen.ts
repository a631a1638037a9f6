import { runCommand } from './command/run-command.ts'
import { showProgress } from './command/show-progress.ts'
import { describeSurroundings } from './load/describe-surroundings.ts'
import { type LoadFlags, parseFlags, USAGE } from './load/flags.ts'
import { isSound, resultOf } from './load/load-result.ts'
import { takeLoadStack } from './load/load-stack.ts'
import { reportLines, settingsLine } from './load/report.ts'
import { runLoad } from './load/run-load.ts'
import { showLoad } from './load/show-load.ts'
import { writeReport } from './load/write-report.ts'

const args = process.argv.slice(2)

async function load({ settings, out }: LoadFlags, interrupted: AbortSignal): Promise<number> {
  const stack = await takeLoadStack(step => console.error(`starting ${step}`))
  try {
    interrupted.throwIfAborted()
    const startedAt = new Date().toISOString()
    const surroundings = await describeSurroundings(stack.engines)
    const outcome = await runLoad({
      ...{ target: stack, settings, interrupted, show: showProgress },
      runId: Date.now().toString(36),
      onSecond: showLoad(settings.warmUpSeconds + settings.seconds),
    })
    const result = resultOf({ startedAt, surroundings, settings, outcome })
    console.log(`${settingsLine(result)}\n`)
    for (const line of reportLines(result)) console.log(line)
    if (out !== undefined) writeReport(out, result, ['npm run loadgen --', ...args].join(' '))
    return isSound(result) ? 0 : 1
  } finally {
    await stack.close()
  }
}

await runCommand(USAGE, () => parseFlags(args), load)
