/** What `npm audit --json` says of a package, as far as it is read here. */
type Vulnerability = {
  readonly severity: string
  readonly range: string
  /** Advisories, or the names of packages that it has the fault from. */
  readonly via: readonly (string | { readonly title: string; readonly url: string })[]
  readonly fixAvailable: boolean | { readonly name: string; readonly version: string }
}

/** Those that are to be mended before anything else is done. */
const GRAVE = ['high', 'critical']

/** The grave faults in what `npm audit --json` printed, a sentence each; or why it says nothing about faults. */
export function auditFaults(
  output: string,
): { readonly faults: readonly string[] } | { readonly why: string } {
  const report = read(output)
  if (report === undefined) return { why: lastLine(output) }
  if (report.vulnerabilities === undefined)
    return { why: report.message || report.error?.summary || 'no report' }
  const grave = Object.entries(report.vulnerabilities).filter(([, { severity }]) => GRAVE.includes(severity))
  return { faults: grave.map(([name, vulnerability]) => describe(name, vulnerability)) }
}

type Report = {
  readonly vulnerabilities?: Readonly<Record<string, Vulnerability>>
  readonly message?: string
  readonly error?: { readonly summary?: string }
}

function read(output: string): Report | undefined {
  try {
    return JSON.parse(output)
  } catch {
    return undefined
  }
}

function describe(name: string, { severity, range, via, fixAvailable }: Vulnerability): string {
  const causes = via.map(cause =>
    typeof cause === 'string' ? `from ${cause}` : `${cause.title} (${cause.url})`,
  )
  const fix =
    typeof fixAvailable === 'object'
      ? `Take ${fixAvailable.name} ${fixAvailable.version}.`
      : fixAvailable
        ? 'Run "npm audit fix".'
        : 'There is no version without it yet: use another package.'
  return `package-lock.json: ${[name, range].join(' ').trimEnd()}: ${severity}: ${causes.join('; ')}. ${fix}`
}

const lastLine = (output: string) => output.trimEnd().split('\n').at(-1) || 'nothing was said'
