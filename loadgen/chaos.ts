import { chaosLines } from './chaos/chaos-report.ts'
import { chaosResultOf, isSound } from './chaos/chaos-result.ts'
import { startChaosStack } from './chaos/chaos-stack.ts'
import { type ChaosFlags, parseFlags, USAGE } from './chaos/flags.ts'
import { runChaos } from './chaos/run-chaos.ts'
import { writeChaosReport } from './chaos/write-chaos-report.ts'
import { runCommand } from './command/run-command.ts'
import { showProgress } from './command/show-progress.ts'
import { describeSurroundings } from './load/describe-surroundings.ts'

const args = process.argv.slice(2)

async function chaos({ settings, out }: ChaosFlags, interrupted: AbortSignal): Promise<number> {
  const chaosStack = await startChaosStack(step => console.error(`starting ${step}`))
  try {
    interrupted.throwIfAborted()
    const startedAt = new Date().toISOString()
    const surroundings = await describeSurroundings(chaosStack.engines)
    const beginMs = performance.now()
    const outcome = await runChaos({
      ...{ chaos: chaosStack, settings, interrupted, show: showProgress, runId: Date.now().toString(36) },
      onEvent: line => console.error(`${((performance.now() - beginMs) / 1000).toFixed(1)} s: ${line}`),
    })
    const result = chaosResultOf({ startedAt, surroundings, settings, outcome })
    for (const line of chaosLines(result)) console.log(line)
    if (out !== undefined) writeChaosReport(out, result, ['npm run chaos --', ...args].join(' '))
    return isSound(result) ? 0 : 1
  } finally {
    await chaosStack.close()
  }
}

await runCommand(USAGE, () => parseFlags(args), chaos)
