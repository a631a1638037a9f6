import { runCommand } from './command/run-command.ts'
import { showProgress } from './command/show-progress.ts'
import { parseFlags, type ScalingFlags, USAGE } from './scaling/flags.ts'
import { type Outcome, outcomeOf } from './scaling/outcome.ts'
import { comparisonLines, settingsLines } from './scaling/report.ts'
import { announceLive, runLive } from './scaling/run-live.ts'
import type { Model, ScalingSettings, Variant } from './scaling/scaling-settings.ts'
import { simulateVariant } from './scaling/simulate-variant.ts'
import { type Comparison, writeReport } from './scaling/write-report.ts'

const args = process.argv.slice(2)

async function scaling({ settings, out }: ScalingFlags, interrupted: AbortSignal): Promise<number> {
  announceLive(settings)
  const comparisons: Comparison[] = []
  for (const one of settings) {
    const outcomes = await compare(one, interrupted)
    comparisons.push({ settings: one, outcomes })
    const lines = [`${one.name}:`, ...comparisonLines(one, outcomes), '', ...settingsLines(one, outcomes), '']
    for (const line of lines) console.log(line)
  }
  if (out !== undefined) writeReport(out, comparisons, ['npm run scaling --', ...args].join(' '))
  const isSound = comparisons.every(({ outcomes }) => outcomes.every(({ isBroken }) => isBroken !== true))
  return isSound ? 0 : 1
}

async function compare(settings: ScalingSettings, interrupted: AbortSignal): Promise<Outcome[]> {
  const { model } = settings
  const outcomes: Outcome[] = []
  for (const variant of settings.variants) {
    const run = model === undefined ? runLive : runSimulation(model)
    outcomes.push(await run(settings, variant, interrupted))
  }
  return outcomes
}

function runSimulation(model: Model) {
  return async (settings: ScalingSettings, variant: Variant, interrupted: AbortSignal): Promise<Outcome> => {
    const what = `seconds of ${settings.name} simulated, ${variant.label}`
    const progress = showProgress(what, settings.profile.seconds)
    try {
      const watch = { interrupted, onSecond: () => progress.step() }
      const seconds = await simulateVariant({ ...settings, model }, variant, watch)
      return outcomeOf(variant, seconds, settings.prices)
    } finally {
      progress.stop()
    }
  }
}

await runCommand(USAGE, () => parseFlags(args), scaling)
