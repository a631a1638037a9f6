import { moneyJson } from '../../lib/http/json.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { invalidRequest, problem } from '../../lib/http/problem.ts'
import { NO_MOMENT, readMoment } from '../../lib/http/read-moment.ts'
import { readQuery } from '../../lib/http/read-query.ts'
import { readBalance, readBalanceAt, type Sources } from './read-through.ts'
import { toBody } from './to-body.ts'

const PARAMETERS = {
  at: { schema: 'Timestamp', as: 'text' },
  minVersion: { schema: 'Version', as: 'integer' },
} as const

/** Answers the balance of an account as it is now, or as it was. */
export async function getBalance(sources: Sources, request: HttpRequest): Promise<HttpResponse> {
  const { accountId = '' } = request.params
  const read = readQuery(request.query, PARAMETERS)
  if ('errors' in read) return invalidRequest(read.errors)
  const { at, minVersion = 0 } = read.query
  if (at !== undefined) {
    if (read.query.minVersion === undefined) return await getBalanceAt(sources, accountId, at)
    return invalidRequest([{ field: 'minVersion', message: 'cannot be given together with at' }])
  }
  const view = await readBalance(sources, accountId, minVersion)
  if (view === undefined) return noAccount(accountId)
  const body = toBody(view)
  if (body.version >= minVersion) return { status: 200, body }
  const message = `Account ${accountId} is at version ${body.version}, and not at ${minVersion} yet.`
  return problem('version_not_reached', message)
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

function noAccount(accountId: string): HttpResponse {
  return problem('account_not_found', `No account ${accountId}.`)
}
