import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Outcome } from './outcome.ts'
import { scalingPlot } from './plot.ts'
import { comparisonLines, settingsLines } from './report.ts'
import type { ScalingSettings } from './scaling-settings.ts'

export type Comparison = { readonly settings: ScalingSettings; readonly outcomes: readonly Outcome[] }

/** Writes comparisons down in a folder: `result.json`, a plot of each function, and a page with them. */
export function writeReport(folder: string, comparisons: readonly Comparison[], command: string): void {
  mkdirSync(folder, { recursive: true })
  const kept = comparisons.map(({ settings: { variants: _, ...settings }, outcomes }) => ({
    ...settings,
    outcomes,
  }))
  writeFileSync(join(folder, 'result.json'), `${JSON.stringify(kept, rounded)}\n`)
  for (const { settings, outcomes } of comparisons)
    writeFileSync(join(folder, `${settings.name}.svg`), `${scalingPlot(settings, outcomes)}\n`)
  const isLive = comparisons.some(({ settings }) => settings.model === undefined)
  const end = isLive
    ? ['Each point is in [result.json](result.json).']
    : [
        'With the same manifests the same command writes the same again. Each point is in [result.json](result.json).',
      ]
  const page = [
    isLive ? '# Scaling, live' : '# Scaling, simulated',
    '',
    `\`${command}\``,
    '',
    ...comparisons.flatMap(sectionOf),
  ]
  writeFileSync(join(folder, 'index.md'), `${[...page, ...end].join('\n')}\n`)
}

/** Six digits are enough of a figure, and make the file half as large. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(6)) : value
}

function sectionOf({ settings, outcomes }: Comparison): string[] {
  return [
    ...[`## ${settings.name}, ${settings.profile.name}`, ''],
    ...[...comparisonLines(settings, outcomes), ''],
    ...[`![instances, queue, latency, errors and cost over time](${settings.name}.svg)`, ''],
    ...[...settingsLines(settings, outcomes), ''],
  ]
}
