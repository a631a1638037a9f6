import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FunctionCov, mergeFunctionCovs, type ProcessCov } from '@bcoe/v8-coverage'

/** By URL of the script. */
export type Runs = ReadonlyMap<string, readonly FunctionCov[]>

/** Sums up what V8 counted in each process that left a file in the folder, for the scripts whose lengths are given. */
export function mergeRuns(folder: string, lengths: ReadonlyMap<string, number>): Runs {
  const scripts = new Map<string, Map<string, FunctionCov>>()
  for (const name of readdirSync(folder)) {
    const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as ProcessCov
    for (const { url, functions } of result) {
      const length = lengths.get(url)
      if (length === undefined) continue
      const sums = scripts.get(url) ?? new Map<string, FunctionCov>()
      scripts.set(url, sums)
      for (const function_ of functions.filter(hasBranches)) add(sums, cut(function_, length))
    }
  }
  return new Map([...scripts].map(([url, sums]) => [url, [...sums.values()]]))
}

function add(sums: Map<string, FunctionCov>, function_: FunctionCov): void {
  const [whole] = function_.ranges
  const place = `${whole?.startOffset}-${whole?.endOffset}`
  const before = sums.get(place)
  const sum = before === undefined ? function_ : mergeFunctionCovs([before, function_])
  if (sum !== undefined) sums.set(place, sum)
}

/** Of a function out of the compile cache V8 knows that it was called, and not which way it went: as if it went every way. */
function hasBranches({ isBlockCoverage, ranges: [whole] }: FunctionCov): boolean {
  return isBlockCoverage || whole?.count === 0
}

/** Node writes a line of its own behind a script, by which the same script would be of two lengths. */
function cut(function_: FunctionCov, length: number): FunctionCov {
  const ranges = function_.ranges.map(range => ({ ...range, endOffset: Math.min(range.endOffset, length) }))
  return { ...function_, ranges }
}
