import type { Case, Theme } from './case.ts'

export type Verdict = 'yes' | 'no'

/** What the official emulator does in each case. */
export type Verdicts = ReadonlyMap<Case, Verdict>

const BEGIN =
  '<!-- conformance: generated; UPDATE_DOCS=1 npm test -- tests/knative/local/pubsub/conformance writes it -->\n'
const END = '<!-- end of conformance -->'

/** The page with its generated part made anew. Ours has every behaviour, or its own test fails. */
export function withTables(page: string, version: string, verdicts: Verdicts, themes: readonly Theme[]) {
  const [before = '', rest = ''] = page.split(BEGIN)
  const [, after = ''] = rest.split(END)
  const sections = themes.map(theme => section(theme, version, verdicts))
  const counts = [
    '| behaviours | ours | official |\n|---|---|---|\n',
    ...themes.map(theme => countRow(theme.title, theme.cases, verdicts)),
    countRow('**all**', allCases(themes), verdicts),
  ]
  return `${before}${BEGIN}\n${counts.join('')}\n${sections.join('\n')}\n${END}${after}`
}

export function allCases(themes: readonly Theme[]): readonly Case[] {
  return themes.flatMap(({ cases }) => cases)
}

/** What the page says of the official emulator; a case that it does not list has no verdict. */
export function readTables(page: string, themes: readonly Theme[]): { version: string; verdicts: Verdicts } {
  const [, version = ''] = /\| source \| ours \| official (\S+) \|/.exec(page) ?? []
  const verdicts = new Map<Case, Verdict>()
  for (const theme of themes) {
    const lines = new Set(page.split(`### ${theme.title}\n`)[1]?.split('\n### ')[0]?.split('\n'))
    for (const one of theme.cases) {
      for (const verdict of ['yes', 'no'] as const) {
        if (lines.has(row(one, verdict))) verdicts.set(one, verdict)
      }
    }
  }
  return { version, verdicts }
}

function section({ title, cases }: Theme, version: string, verdicts: Verdicts): string {
  const rows = cases.map(one => `${row(one, verdicts.get(one))}\n`)
  return `### ${title}\n\n| behaviour | source | ours | official ${version} |\n|---|---|---|---|\n${rows.join('')}`
}

function countRow(title: string, cases: readonly Case[], verdicts: Verdicts): string {
  const kept = cases.filter(one => verdicts.get(one) === 'yes').length
  return `| ${title} | ${cases.length} of ${cases.length} | ${kept} of ${cases.length} |\n`
}

function row({ behaviour, source }: Case, verdict: Verdict | undefined): string {
  return `| ${cell(behaviour)} | ${link(source)} | yes | ${verdict === 'no' ? '**no**' : verdict} |`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

/** A page as a link; an RPC, message or field by its name. */
function link(source: string): string {
  const [, name] = /^google\.pubsub\.v1 (.+)$/.exec(source) ?? []
  if (name !== undefined) return `\`${name}\``
  return `[${source.replace(/^docs\.cloud\.google\.com\/pubsub\/(docs\/)?/, '')}](https://${source})`
}
