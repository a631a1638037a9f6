import { table } from '../../loadgen/figures/table.ts'
import { isSeen, type Mutant, scoreOf } from './mutants.ts'
import { explainSurvivors, type Reason } from './survivors.ts'

/** The page docs/coverage/mutation.md, as lines of Markdown. */
export function describeMutation(
  mutants: readonly Mutant[],
  reasons: readonly Reason[],
  run: string,
): string[] {
  return [
    ...['# Mutation score of the ledger', '', 'Written by', ''],
    ...['```sh', 'npm run mutation -- --out docs/coverage', '```', ''],
    'It changes `lib/ledger` in one small place at a time, such as `<` into `<=` or a condition into `true`, in every way that',
    '[StrykerJS](https://stryker-mutator.io) knows, and lets `tests/lib/ledger` and `tests/properties/ledger.test.ts` judge each such mutant:',
    'one that fails a test is killed, one that none sees survives. It ends with 1 below 85 %, and when a survivor stands',
    'in [survivors.ts](../../tests/mutation/survivors.ts) without a reason, or a reason without a survivor.',
    ...['', ...scoresTable(mutants), '', run, '', '## Survivors', ''],
    ...survivorsTable(mutants, reasons),
  ]
}

/** The sum stands first. */
export function scoresTable(mutants: readonly Mutant[]): string[] {
  const files = Map.groupBy(mutants, ({ file }) => file)
  return table(
    ['file', 'mutants', 'killed', 'timed out', 'survived', 'score'],
    [['lib/ledger', mutants] as const, ...files].map(([name, its]) => [name, ...figures(its)]),
  )
}

function figures(mutants: readonly Mutant[]): string[] {
  const count = (matches: (mutant: Mutant) => boolean) => String(mutants.filter(matches).length)
  return [
    String(mutants.length),
    count(({ status }) => status === 'Killed'),
    count(({ status }) => status === 'Timeout'),
    count(mutant => !isSeen(mutant)),
    `${scoreOf(mutants).toFixed(1)} %`,
  ]
}

export function survivorsTable(mutants: readonly Mutant[], reasons: readonly Reason[]): string[] {
  const rows = explainSurvivors(mutants, reasons).map(({ mutant, reason }) => [
    `${mutant.file}:${mutant.line}`,
    code(mutant.code),
    code(mutant.becomes),
    reason?.why ?? '**not explained**',
  ])
  const headings = ['where', 'what stands there', 'what it became', 'why it may live']
  return [headings, headings.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`)
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``
}
