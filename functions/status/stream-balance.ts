import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { noAccount } from '../../lib/http/not-found.ts'
import { invalidRequest, unavailable } from '../../lib/http/problem.ts'
import { readQuery } from '../../lib/http/read-query.ts'
import { EVENT_STREAM } from '../../lib/http/server-sent-events.ts'
import type { BalanceView } from '../../lib/views/balance-view.ts'
import type { BalanceStreams } from './balance-streams.ts'
import { readBalance, type Sources } from './read-through.ts'
import { toBody } from './to-body.ts'

/** Long enough for another instance to start. */
const RETRY_AFTER_SECONDS = 5

export type StreamSources = Sources & { readonly streams: BalanceStreams }

/**
 * Answers the balance of an account, and from then on each newer one, as server-sent events. A reader that comes back
 * with the version it has is sent nothing before there is a newer one.
 */
export async function streamBalance(
  { streams, ...sources }: StreamSources,
  request: HttpRequest,
): Promise<HttpResponse> {
  const { accountId = '' } = request.params
  const read = readQuery(request.query, {})
  if ('errors' in read) return invalidRequest(read.errors)
  const version = readLastEventId(request.headers['last-event-id'])
  if (version === undefined) {
    const message = 'must be a version, as the id of each event is'
    return invalidRequest([{ field: 'Last-Event-ID', message }])
  }
  const view = await readBalance(sources, accountId, Math.max(version, 0))
  if (view === undefined) return noAccount(accountId)
  if (!streams.hasRoom) {
    return unavailable('As many streams are open as this instance takes.', RETRY_AFTER_SECONDS)
  }
  const balance = {
    version: toBody<BalanceView>(view).version,
    json: typeof view === 'string' ? view : JSON.stringify(view),
  }
  return {
    status: 200,
    headers: { 'content-type': EVENT_STREAM },
    stream: sink => streams.open({ accountId, balance, version, sink }),
  }
}

/** The version that the reader has; -1 if it has none, undefined if that is no version. */
function readLastEventId(given: string | string[] | undefined): number | undefined {
  if (given === undefined) return -1
  return typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : undefined
}
