import { draw, PURPOSE } from '../random/draw.ts'
import type { HttpClient } from '../service/http-client.ts'
import type { Journal } from './journal.ts'
import type { Measures } from './measures.ts'
import type { Send } from './models.ts'
import type { Transfers } from './transfers.ts'

/** What is looked for before a read is given up: in the first moments nothing has been accepted yet. */
const TRIES = 16

/** Reads something that `pick` says the path of, if it says one. */
export function reader(
  client: HttpClient,
  { measures, what }: { readonly measures: Measures; readonly what: string },
  pick: () => string | undefined,
): Send {
  return (intendedMs, onAnswered) => {
    const path = pick()
    if (path === undefined) return onAnswered()
    client.send('GET', path, undefined, (status, text) => {
      if (status === 200) measures.latency('read', intendedMs, performance.now() - intendedMs)
      else measures.error(`${what}: ${status === 0 ? text : status}`, 1)
      onAnswered()
    })
  }
}

/** Reads the status of a transfer that was accepted, any as likely as another. */
export function statusReader(
  client: HttpClient,
  {
    journal,
    transfers,
    measures,
    seed,
  }: {
    readonly journal: Journal
    readonly transfers: Transfers
    readonly measures: Measures
    readonly seed: number
  },
): Send {
  let drawn = 0
  return reader(client, { measures, what: 'status read' }, () => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      drawn += 1
      const index = Math.floor(draw(seed, drawn, PURPOSE.read) * journal.sent)
      if (journal.isAccepted(index)) return `/api/v1/transactions/${transfers.idOf(index)}/status`
    }
    return undefined
  })
}
