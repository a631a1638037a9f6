import { showProgress } from './command/progress.ts'
import { runCommand } from './command/run-command.ts'
import { parseFlags, type ScalingFlags, USAGE } from './scaling/flags.ts'
import { type Outcome, outcomeOf } from './scaling/outcome.ts'
import { assumptionLines, comparisonLines } from './scaling/report.ts'
import type { ScalingSettings } from './scaling/scaling-settings.ts'
import { simulateVariant } from './scaling/simulate-variant.ts'
import { type Comparison, writeReport } from './scaling/write-report.ts'

const args = process.argv.slice(2)

async function scaling({ settings, out }: ScalingFlags, interrupted: AbortSignal): Promise<number> {
  const comparisons: Comparison[] = []
  for (const one of settings) {
    const outcomes = await compare(one, interrupted)
    comparisons.push({ settings: one, outcomes })
    const lines = [`${one.name}:`, ...comparisonLines(outcomes), '', ...assumptionLines(one), '']
    for (const line of lines) console.log(line)
  }
  if (out !== undefined) writeReport(out, comparisons, ['npm run scaling --', ...args].join(' '))
  return 0
}

async function compare(settings: ScalingSettings, interrupted: AbortSignal): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const variant of settings.variants) {
    const what = `seconds of ${settings.name} simulated, ${variant.label}`
    const progress = showProgress(what, settings.profile.seconds)
    try {
      const watch = { interrupted, onSecond: () => progress.step() }
      const seconds = await simulateVariant(settings, variant, watch)
      outcomes.push(outcomeOf(variant, seconds, settings.prices))
    } finally {
      progress.stop()
    }
  }
  return outcomes
}

await runCommand(USAGE, () => parseFlags(args), scaling)
