import type { Money } from '../../lib/ledger/money.ts'
import { checkBalances, expectedChanges } from './check-balances.ts'
import type { Checked } from './check-database.ts'
import type { LoadRun, LoadSettings } from './load-run.ts'

/** What is named of each promise that is broken; the rest is counted. */
const NAMED = 20

/** What is looked at of a run that has ended. */
export type EndedRun = Pick<LoadRun, 'journal' | 'transfers' | 'client' | 'interrupted'> & {
  readonly settings: Pick<LoadSettings, 'patienceSeconds' | 'skew'>
  readonly target: Pick<LoadRun['target'], 'isOwn'>
}

/** Checks, by what the service answers its callers, what it promises. */
export async function checkPromises(run: EndedRun, opened: ReadonlyMap<string, Money>): Promise<Checked[]> {
  const { journal, transfers, settings, target } = run
  const changes = expectedChanges(journal, transfers)
  const expected = new Map<string, Money>()
  for (const [index, accountId] of transfers.accountIds.entries()) {
    // Others may move the world's money meanwhile.
    if (index === transfers.world && !target.isOwn) continue
    expected.set(accountId, (opened.get(accountId) ?? 0n) + (changes[index] ?? 0n))
  }
  const { client, interrupted } = run
  const seconds = settings.patienceSeconds
  const { wrong, sum } = await checkBalances({ client, expected, seconds, interrupted })
  const checked = [
    { promise: 'all that was accepted is final', broken: name(run, journal.waiting(), 'is not final') },
    {
      promise: 'it can be learned what became of each',
      broken: name(run, journal.unknown(), 'is not told of'),
    },
    { promise: 'what could be paid was, and nothing else', broken: misjudged(run) },
    { promise: 'each balance is what was sent and completed, added up', broken: few(wrong) },
  ]
  if (!target.isOwn && settings.skew === 'world') return checked
  const before = [...expected.keys()].reduce((all, id) => all + (opened.get(id) ?? 0n), 0n)
  const broken =
    sum === before ? [] : [`the balances of the run sum to ${sum}, not ${before} ten-thousandths`]
  return [...checked, { promise: 'no money came or went', broken }]
}

/** Decided otherwise than it should have been, or decided though the service had said that it was not taken. */
function misjudged(run: EndedRun): string[] {
  const { journal, transfers } = run
  const wrong: string[] = []
  for (let index = 0; index < journal.sent; index += 1) {
    const decision = journal.decisionOf(index)
    if (decision === undefined) continue
    const isRight = (decision === 'FAILED') === transfers.at(index).isToBeRefused
    if (!isRight) wrong.push(`${transfers.idOf(index)} is ${decision}`)
    if (journal.isDecidedThoughDenied(index))
      wrong.push(`${transfers.idOf(index)} is ${decision}, and was answered as not taken`)
  }
  return few(wrong)
}

function name({ transfers }: EndedRun, indexes: Iterable<number>, what: string): string[] {
  return few(Array.from(indexes, index => `${transfers.idOf(index)} ${what}`))
}

/** The first of them, and how many more there are. */
export function few(found: readonly string[]): string[] {
  const rest = found.length - NAMED
  return rest > 0 ? [...found.slice(0, NAMED), `… and ${rest} more`] : [...found]
}
