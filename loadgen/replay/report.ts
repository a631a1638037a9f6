import type { Finding } from './findings.ts'
import type { ReplayResult } from './replay-bank.ts'

const SHOWN = 10

/** What a replay came to, in lines. */
export function reportLines({ rows, accounts, seconds, findings }: ReplayResult): string[] {
  const { mismatches, errors } = findings
  const rate = Math.round(rows / Math.max(seconds, 0.001))
  return [
    `${rows} rows of ${accounts} accounts in ${seconds.toFixed(1)} s: ${rate} rows a second`,
    `${mismatches.length} mismatches, ${errors.length} errors`,
    ...few('mismatch', mismatches),
    ...few('error', errors),
  ]
}

function few(kind: string, findings: readonly Finding[]): string[] {
  const lines = findings.slice(0, SHOWN).map(({ where, what }) => `  ${kind}: ${where}: ${what}`)
  return findings.length > SHOWN ? [...lines, `  … and ${findings.length - SHOWN} more`] : lines
}
