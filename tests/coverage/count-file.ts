import { fileURLToPath } from 'node:url'
import type { FunctionCov } from '@bcoe/v8-coverage'
import { parse } from 'acorn'
import { convert } from 'ast-v8-to-istanbul'
import coverage, { type FileCoverage } from 'istanbul-lib-coverage'

export type Count = { readonly total: number; readonly covered: number }

/** What of a file has run. */
export type FileCount = {
  readonly lines: Count
  readonly branches: Count
  readonly linesNotRun: readonly number[]
  /** By the line where each begins; a line with two of them stands twice. */
  readonly branchesNotTaken: readonly number[]
}

/** A script as it runs: without its types. */
export type Script = { readonly url: string; readonly code: string }

/**
 * Counts as Istanbul does: a line counts if a statement begins on it, so no comment, blank line or type does; a branch is one
 * way of an `if`, `?:`, `&&`, `||`, `??` or `switch`. Without `functions`, nothing has run.
 */
export async function countFile(
  { url, code }: Script,
  functions: readonly FunctionCov[] | undefined,
): Promise<FileCount> {
  const neverRun = [{ startOffset: 0, endOffset: code.length, count: 0 }]
  const ran = functions ?? [{ functionName: '', isBlockCoverage: true, ranges: neverRun }]
  const map = await convert({
    code,
    ast: parse(code, { ecmaVersion: 'latest', sourceType: 'module' }),
    coverage: { url, functions: [...ran] },
    // V8 does not tell whether a default was needed: as a branch it would count as taken wherever its function ran.
    ignoreNode: ({ type }, kind) => kind === 'branch' && type === 'AssignmentPattern',
  })
  const [file] = Object.values(coverage.createCoverageMap(map).data)
  if (file === undefined) throw new Error(`${fileURLToPath(url)} cannot be counted`)
  return describe(coverage.createFileCoverage(file))
}

function describe(file: FileCoverage): FileCount {
  const { lines, branches } = file.toSummary()
  return {
    lines,
    branches,
    linesNotRun: file.getUncoveredLines().map(Number),
    branchesNotTaken: Object.entries(file.b).flatMap(([id, counts]) =>
      counts.flatMap((count, way) => (count > 0 ? [] : (lineOf(file, id, way) ?? []))),
    ),
  }
}

/** An `if` without `else` has a way without a place. */
function lineOf({ branchMap }: FileCoverage, id: string, way: number): number | undefined {
  return branchMap[id]?.locations[way]?.start.line ?? branchMap[id]?.loc.start.line
}
