/** A small change of the code, and what became of it. */
export type Mutant = {
  readonly file: string
  readonly line: number
  /** What stands there, in one line, and what it was changed into. */
  readonly code: string
  readonly becomes: string
  /** Killed and Timeout: a test saw it. Anything else: none did. */
  readonly status: string
}

type Place = { readonly line: number; readonly column: number }

/** What is used of the report that Stryker writes. */
export type StrykerReport = {
  readonly framework: { readonly version: string; readonly dependencies: Readonly<Record<string, string>> }
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: string
        readonly mutants: readonly {
          readonly location: { readonly start: Place; readonly end: Place }
          readonly replacement?: string
          readonly mutatorName: string
          readonly status: string
        }[]
      }
    >
  >
}

/** All mutants, file by file, in the order of their lines. */
export function readMutants({ files }: Pick<StrykerReport, 'files'>): Mutant[] {
  return Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants
      .map(({ location, replacement, mutatorName, status }) => ({
        ...{ file, line: location.start.line, status },
        code: oneLine(cut(source, location)),
        becomes: oneLine(replacement ?? mutatorName),
      }))
      .sort((one, other) => one.line - other.line),
  )
}

/** Lines and columns are counted from one, and the end is the first that is not meant. */
function cut(source: string, { start, end }: { readonly start: Place; readonly end: Place }): string {
  const lines = source.split('\n').slice(start.line - 1, end.line)
  const last = lines.length - 1
  lines[last] = lines[last]?.slice(0, end.column - 1) ?? ''
  lines[0] = lines[0]?.slice(start.column - 1) ?? ''
  return lines.join('\n')
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

export function isSeen({ status }: Mutant): boolean {
  return status === 'Killed' || status === 'Timeout'
}

/** Of a hundred mutants, how many were seen. */
export function scoreOf(mutants: readonly Mutant[]): number {
  return (100 * mutants.filter(isSeen).length) / mutants.length
}
