import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Machine } from '../figures/describe-machine.ts'
import { Figures } from '../figures/figures.ts'
import { formatNumber } from '../figures/format-number.ts'
import { drawChart } from './chart.ts'
import type { Contender, Measured } from './contenders.ts'
import type { Settings } from './durability.ts'
import type { Flags } from './flags.ts'
import { comparison, partsTable } from './report.ts'
import type { Skew } from './workload.ts'

/** One measurement of a contender. */
type Sample = {
  readonly contender: Contender['subject']
  readonly workload: Skew
  readonly round: number
  readonly transfers: number
  readonly perSecond: number
  readonly measured: Measured
}

/** One measurement of a part. */
type PartSample = { readonly part: string; readonly round: number; readonly perSecond: number }

/** All that a run gave, and of what; this is what is kept. */
export type Results = {
  readonly machine: Machine
  readonly engines: readonly string[]
  readonly settings: Settings
  /** Without the folders, which are nobody's business. */
  readonly flags: Omit<Flags, 'out' | 'cpuProf'>
  readonly samples: Sample[]
  readonly parts: PartSample[]
}

/** What a run gave, to be read, as lines of Markdown. */
export function describeResults(results: Results, contenders: readonly Contender[]): string[] {
  const { rates, parts } = figuresOf(results)
  return [
    ...(contenders.length > 0 ? [...comparison(rates, contenders), ''] : []),
    ...(results.parts.length > 0 ? [...partsTable(parts), ''] : []),
    ...surroundings(results),
  ]
}

/** Keeps what a run gave: `bench.json` with every measurement, `bench.md`, and `bench.svg` where there is a floor. */
export function writeResults(folder: string, results: Results, contenders: readonly Contender[]): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'bench.json'), `${JSON.stringify(results, undefined, 2)}\n`)
  writeFileSync(join(folder, 'bench.md'), `${describeResults(results, contenders).join('\n')}\n`)
  const svg = drawChart(figuresOf(results).rates, contenders)
  if (svg !== undefined) writeFileSync(join(folder, 'bench.svg'), `${svg}\n`)
}

function figuresOf({ samples, parts }: Results): { readonly rates: Figures; readonly parts: Figures } {
  const figures = { rates: new Figures(), parts: new Figures() }
  for (const { workload, contender, perSecond } of samples) figures.rates.add(workload, contender, perSecond)
  for (const { part, perSecond } of parts) figures.parts.add(part, '', perSecond)
  return figures
}

function surroundings({ machine, engines, settings, flags }: Results): string[] {
  const { processor, cores, memoryGb, system, node, commit } = machine
  const durable = Object.entries(settings).map(([name, value]) => `${name} = ${value}`)
  return [
    `Medians and range, --rounds ${flags.rounds}; a ratio is the median of the rounds' ratios. Every contender's books were right.`,
    `${formatNumber(flags.transfers)} transfers a measurement, ${formatNumber(flags.rowTransfers)} where each is committed by itself; ` +
      `${formatNumber(flags.accounts)} accounts, ${flags.orders} orders a request, ${flags.connections} connections, seed ${flags.seed}.`,
    `${processor}, ${cores} cores, ${memoryGb} GB, ${system}; Node ${node}, ${engines.join(', ')}; commit ${commit ?? 'unknown'}.`,
    `For all alike: ${durable.join(', ')}.`,
  ]
}
