import { moneyJson } from '../../lib/http/json.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { noAccount } from '../../lib/http/not-found.ts'
import { invalidRequest, problem } from '../../lib/http/problem.ts'
import { NO_MOMENT, readMoment } from '../../lib/http/read-moment.ts'
import { readQuery } from '../../lib/http/read-query.ts'
import { type BalanceView, balanceView } from '../../lib/views/balance-view.ts'
import type { PendingReader } from './pending-reader.ts'
import { readBalance, readBalanceAt, type Sources } from './read-through.ts'
import { toBody } from './to-body.ts'

const PARAMETERS = {
  at: { schema: 'Timestamp', as: 'text' },
  minVersion: { schema: 'Version', as: 'integer' },
} as const

export type BalanceSources = Sources & { readonly pendingReader: PendingReader }

/** Answers the balance of an account as it is now, or as it was. */
export async function getBalance(sources: BalanceSources, request: HttpRequest): Promise<HttpResponse> {
  const { accountId = '' } = request.params
  const read = readQuery(request.query, PARAMETERS)
  if ('errors' in read) return invalidRequest(read.errors)
  const { at, minVersion = 0 } = read.query
  if (at !== undefined) {
    if (read.query.minVersion === undefined) return await getBalanceAt(sources, accountId, at)
    return invalidRequest([{ field: 'minVersion', message: 'cannot be given together with at' }])
  }
  const body = await readPresent(sources, accountId, minVersion)
  if (body === undefined) return noAccount(accountId)
  if (body.version >= minVersion) return { status: 200, body }
  const message = `Account ${accountId} is at version ${body.version}, and not at ${minVersion} yet.`
  return problem('version_not_reached', message)
}

/**
 * Reads the balance and what is pending side by side. Of the balance the newer is taken: a copy from before a debit was
 * applied, beside what is pending from after it, would show that debit nowhere.
 */
async function readPresent(
  sources: BalanceSources,
  accountId: string,
  minVersion: number,
): Promise<BalanceView | undefined> {
  const [view, found] = await Promise.all([
    readBalance(sources, accountId, minVersion),
    sources.pendingReader.read(accountId),
  ])
  if (view === undefined) return undefined
  const copy = toBody(view)
  const isOld = found !== undefined && found.account.version > copy.version
  const { version, asOf, ...money } = isOld ? balanceView(found.account, found.account.updatedAt) : copy
  return { ...money, pending: found === undefined ? null : moneyJson(found.pending), version, asOf }
}

async function getBalanceAt(sources: Sources, accountId: string, at: string): Promise<HttpResponse> {
  const moment = readMoment(at)
  if (moment === undefined) return invalidRequest([{ field: 'at', message: NO_MOMENT }])
  if (moment > sources.now()) return invalidRequest([{ field: 'at', message: 'must not be in the future' }])
  const found = await readBalanceAt(sources, accountId, moment)
  if (found === undefined) return noAccount(accountId)
  const { currency, balance, version } = found
  return {
    status: 200,
    body: { accountId, currency, balance: moneyJson(balance), version, at: moment.toISOString() },
  }
}
