import type { Journal } from './journal.ts'
import type { Measures } from './measures.ts'
import type { Send } from './models.ts'
import type { Outcome, Path } from './path.ts'

/**
 * Sends the next request of the run, and notes when it was meant for, sent and answered, and what was answered. All have as
 * many transfers as the journal says, unless they are drawn.
 */
export function transferSender(
  path: Path,
  journal: Journal,
  measures: Measures,
  drawOrders: (first: number) => number = () => journal.orders,
): Send {
  return (intendedMs, onAnswered) => {
    const orders = drawOrders(journal.sent)
    const first = journal.send(intendedMs, orders)
    measures.latency('lag', intendedMs, performance.now() - intendedMs)
    path.send(first, orders, outcome => {
      const nowMs = performance.now()
      if (outcome.kind === 'accepted') measures.latency('accept', intendedMs, nowMs - intendedMs)
      const accepted = note(outcome, { first, orders }, journal, measures)
      measures.accepted.add(measures.secondsAt(nowMs), accepted)
      onAnswered()
    })
  }
}

/** Answers how many were accepted. */
function note(
  outcome: Outcome,
  { first, orders }: { readonly first: number; readonly orders: number },
  journal: Journal,
  measures: Measures,
): number {
  if (outcome.kind === 'denied' || outcome.kind === 'unknown') {
    measures.error(outcome.code, orders)
    if (outcome.kind === 'denied')
      for (let index = first; index < first + orders; index += 1) journal.deny(index)
    return 0
  }
  let accepted = 0
  for (let item = 0; item < orders; item += 1) {
    const code = outcome.kind === 'parts' ? (outcome.codes[item] ?? undefined) : undefined
    if (code === undefined) {
      journal.accept(first + item)
      accepted += 1
    } else {
      journal.deny(first + item)
      measures.error(code, 1)
    }
  }
  return accepted
}
