import { httpPath } from '../load/http-path.ts'
import type { Journal } from '../load/journal.ts'
import type { Latency, Measures } from '../load/measures.ts'
import type { Send } from '../load/models.ts'
import { reader, statusReader } from '../load/read-statuses.ts'
import { transferSender } from '../load/send-transfers.ts'
import type { Transfers } from '../load/transfers.ts'
import { draw, PURPOSE } from '../random/draw.ts'
import type { HttpClient } from '../service/http-client.ts'
import type { LiveFunction } from './function-settings.ts'

/** What of a request is its latency: for the worker it is from accepted to finished, as in a simulation. */
export const WATCHED: Readonly<Record<LiveFunction, Latency>> = {
  ingest: 'accept',
  worker: 'decided',
  status: 'read',
  accounts: 'read',
}

export type Sending = {
  readonly http: HttpClient
  readonly journal: Journal
  readonly transfers: Transfers
  readonly measures: Measures
  readonly seed: number
}

/** Sends what makes a request for this function: a transfer for `ingest` and, behind it, `worker`; a read for the others. */
export function liveSender(name: LiveFunction, sending: Sending): Send {
  const { http, journal, transfers, measures, seed } = sending
  if (name === 'status') return statusReader(http, { journal, transfers, measures, seed })
  if (name !== 'accounts') return transferSender(httpPath(http, transfers), journal, measures)
  let drawn = 0
  return reader(http, { measures, what: 'account read' }, () => {
    drawn += 1
    const index = Math.floor(draw(seed, drawn, PURPOSE.read) * transfers.world)
    return `/api/v1/accounts/${transfers.accountIds[index]}`
  })
}
