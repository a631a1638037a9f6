import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { table } from '../figures/table.ts'
import { chaosLines } from './chaos-report.ts'
import type { ChaosResult, ResultFault } from './chaos-result.ts'
import { timelinePlot } from './timeline-plot.ts'

/** Writes a run down in a folder: `result.json`, and a page with a timeline. */
export function writeChaosReport(folder: string, result: ChaosResult, command: string): void {
  mkdirSync(folder, { recursive: true })
  // A line a moment: thousands of them.
  const { moments, ...rest } = result
  const lines = moments.map(moment => `    ${JSON.stringify(moment)}`).join(',\n')
  const text = JSON.stringify(rest, undefined, 2).replace(/\n\}$/, `,\n  "moments": [\n${lines}\n  ]\n}`)
  writeFileSync(join(folder, 'result.json'), `${text}\n`)
  writeFileSync(join(folder, 'timeline.svg'), timelinePlot(result))
  writeFileSync(join(folder, 'index.md'), pageOf(result, command))
}

function pageOf(result: ChaosResult, command: string): string {
  const { seconds, rate, seed } = result.settings
  const surroundings = Object.entries(result.surroundings).map(([name, value]) => `| ${name} | ${value} |`)
  return `${[
    `# Chaos of ${result.startedAt}`,
    '',
    `\`${command}\``,
    '',
    `An open model: ${rate} transfers a second for ${seconds} s, 1 to 20 a request, each request sent again until it is answered; seed ${seed}.`,
    '',
    '![rates and faults by time](timeline.svg)',
    '',
    ...chaosLines(result),
    '',
    '## Each fault',
    '',
    ...table(
      ['fault', 'at, s', 'for, s', 'requests failed', 'waited, s', 'recovered after, s'],
      result.faults.map(rowOf),
    ),
    '',
    '| measured on | |',
    '|---|---|',
    ...surroundings,
    '',
    'The whole of the result, with what was seen four times a second, is in [result.json](result.json).',
  ].join('\n')}\n`
}

function rowOf({
  kind,
  target,
  atSeconds,
  forSeconds,
  failed,
  waitedSeconds,
  recovery,
}: ResultFault): string[] {
  return [
    target === '' ? kind : `${kind}: ${target}`,
    atSeconds.toFixed(1),
    forSeconds.toFixed(1),
    String(failed),
    waitedSeconds.toFixed(1),
    recoveryText(recovery),
  ]
}

function recoveryText(recovery: ResultFault['recovery']): string {
  if (recovery.kind === 'recovered') return recovery.seconds.toFixed(1)
  if (recovery.kind === 'never') return 'never'
  return recovery.afterSeconds === 0
    ? 'another at the same time'
    : `the next after ${recovery.afterSeconds.toFixed(1)}`
}
