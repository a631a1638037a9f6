import type { Checked } from '../load/check-database.ts'
import { few } from '../load/check-promises.ts'
import type { Journal } from '../load/journal.ts'
import type { Transfers } from '../load/transfers.ts'
import type { ClientTimes } from './client-times.ts'
import { findOutOfOrder } from './find-out-of-order.ts'
import type { RunLedger } from './read-ledger.ts'
import type { ResultsEar } from './results-ear.ts'

/** What the four figures of a chaos run count; all must be 0. */
export type Losses = {
  readonly lost: number
  readonly doubled: number
  readonly outOfOrder: number
}

export type LedgerCheck = {
  readonly ledger: RunLedger
  readonly journal: Journal
  readonly transfers: Transfers
  readonly times: ClientTimes
  readonly ear: Pick<ResultsEar, 'heard' | 'outOfOrder' | 'contradictions' | 'deafness'>
  /** After so long all is told, whatever became of who was to tell it. */
  readonly toldWithinSeconds: number
}

/** Checks what callers and consumers know against the rows of the database. */
export function checkLedger(check: LedgerCheck): { readonly checked: Checked[]; readonly losses: Losses } {
  const { ledger, journal, transfers, times, ear } = check
  const final = new Map<number, string>()
  const doubled: string[] = []
  for (const { index, status } of ledger.rows) {
    if (final.has(index)) doubled.push(`${transfers.idOf(index)} is there twice`)
    final.set(index, status)
  }
  const lost: string[] = []
  for (let index = 0; index < journal.sent; index += 1)
    if (journal.isAccepted(index) && final.get(index) !== 'COMPLETED')
      lost.push(`${transfers.idOf(index)} was accepted, and is ${final.get(index) ?? 'nowhere'}`)
  const outOfOrder = findOutOfOrder(ledger.rows, times)
  const mistold = [...ear.contradictions, ...mistoldOf(check, final)]
  const promise = (promise: string, broken: readonly string[]): Checked => ({ promise, broken: few(broken) })
  return {
    checked: [
      promise('each id that a caller was told is accepted is in the database, and COMPLETED', lost),
      promise('no id is in the database twice, and none that nobody sent', [...doubled, ...ledger.strangers]),
      promise('what a source sent is applied in the order it was accepted and sent', outOfOrder),
      promise('results of a source come, for the first time, in the order they were applied', ear.outOfOrder),
      promise('what consumers were told is what the database has', mistold),
      promise('every result is told, but those that the broker had when it died', untold(check, final)),
    ],
    losses: { lost: lost.length, doubled: doubled.length, outOfOrder: outOfOrder.length },
  }
}

function mistoldOf({ ear, transfers }: LedgerCheck, final: ReadonlyMap<number, string>): string[] {
  return [...ear.heard].flatMap(([index, status]) =>
    final.get(index) === status
      ? []
      : [`${transfers.idOf(index)} was told ${status}, and is ${final.get(index) ?? 'nowhere'}`],
  )
}

/** Results that nobody told, and that no death of the broker explains. */
function untold(check: LedgerCheck, final: ReadonlyMap<number, string>): string[] {
  const { ear, times, transfers } = check
  const mayBeLost = (sentMs: number) =>
    ear.deafness.some(
      ({ fromMs, untilMs }) => sentMs >= fromMs - check.toldWithinSeconds * 1000 && sentMs <= untilMs,
    )
  return [...final.keys()]
    .filter(index => !ear.heard.has(index) && !mayBeLost(times.sentMsOf(index)))
    .map(index => `${transfers.idOf(index)} was never told`)
}

/** How many results were lost with the broker. */
export function countUntold({ ledger, ear }: Pick<LedgerCheck, 'ledger' | 'ear'>): number {
  return ledger.rows.filter(({ index }) => !ear.heard.has(index)).length
}
