import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LoadResult } from './load-result.ts'
import { plotsOf } from './plots.ts'
import { reportLines, settingsLine } from './report.ts'

/** Writes a run down in a folder: `result.json`, and a page with plots. */
export function writeReport(folder: string, result: LoadResult, command: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'result.json'), `${JSON.stringify(result, undefined, 2)}\n`)
  const plots = Object.entries(plotsOf(result))
  for (const [name, svg] of plots) writeFileSync(join(folder, name), svg)
  const images = plots.map(([name]) => `![${name.replace('.svg', '')}](${name})\n`)
  writeFileSync(join(folder, 'index.md'), pageOf(result, command, images))
}

function pageOf(result: LoadResult, command: string, images: readonly string[]): string {
  const surroundings = Object.entries(result.surroundings).map(([name, value]) => `| ${name} | ${value} |`)
  return `${[
    `# Load of ${result.startedAt}`,
    '',
    `\`${command}\``,
    '',
    `An ${settingsLine(result)}.`.replace(/^An closed/, 'A closed'),
    '',
    ...reportLines(result),
    '',
    ...images,
    '| measured on | |',
    '|---|---|',
    ...surroundings,
    '',
    'Latencies count from when a request was meant to be sent. The whole of the result is in [result.json](result.json).',
  ].join('\n')}\n`
}
