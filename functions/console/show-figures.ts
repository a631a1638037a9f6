import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { invalidRequest } from '../../lib/http/problem.ts'
import { NO_MOMENT, readMoment } from '../../lib/http/read-moment.ts'
import { readQuery } from '../../lib/http/read-query.ts'
import type { Logger } from '../../lib/log/logger.ts'
import { isTransient } from '../../lib/mysql/errors.ts'
import type { PointStore } from '../../lib/redis/points.ts'
import { type LivePoint, livePoint } from '../../lib/telemetry/live-point.ts'
import { POINT_MILLISECONDS } from '../../lib/telemetry/pulse.ts'
import type { LedgerFigures, LedgerWatch } from './ledger-watch.ts'

export type FigureSources = {
  readonly points: PointStore
  readonly watch: LedgerWatch
  readonly now: () => Date
  readonly log: Logger
}

const PARAMETERS = { since: { schema: 'Timestamp', as: 'text' } } as const

const SHOWN_MILLISECONDS = 300_000
/** Instances tell of a moment when it has ended; one that is busy, somewhat later. */
const SETTLED_MILLISECONDS = 1000

/** Answers what all functions do, moment by moment, and how the ledger stands; what cannot be asked is missing, and named. */
export async function showFigures(sources: FigureSources, request: HttpRequest): Promise<HttpResponse> {
  const read = readQuery(request.query, PARAMETERS)
  if ('errors' in read) return invalidRequest(read.errors)
  const { since } = read.query
  const moment = since === undefined ? new Date(0) : readMoment(since)
  if (moment === undefined) return invalidRequest([{ field: 'since', message: NO_MOMENT }])
  const now = sources.now()
  const [points, ledger] = await Promise.all([readPoints(sources, moment, now), readLedger(sources)])
  const away = [...(points === undefined ? ['cache'] : []), ...(ledger === undefined ? ['database'] : [])]
  return {
    status: 200,
    body: {
      at: now.toISOString(),
      pointSeconds: POINT_MILLISECONDS / 1000,
      points: points ?? [],
      ...ledger,
      away,
    },
  }
}

async function readPoints(
  { points, log }: FigureSources,
  since: Date,
  now: Date,
): Promise<LivePoint[] | undefined> {
  const length = POINT_MILLISECONDS
  const last = Math.floor((now.getTime() - SETTLED_MILLISECONDS) / length) * length
  const first = Math.max(Math.floor(since.getTime() / length) * length, last - SHOWN_MILLISECONDS) + length
  const count = Math.max(0, (last - first) / length + 1)
  try {
    const moments = Array.from({ length: count }, (_, index) => new Date(first + index * length))
    return (await points.read(moments)).map(livePoint)
  } catch (error) {
    log.debug({ error: String(error) }, 'no figures: the cache is away')
    return undefined
  }
}

async function readLedger({ watch, log }: FigureSources): Promise<LedgerFigures | undefined> {
  try {
    return await watch.read()
  } catch (error) {
    if (!isTransient(error)) throw error
    log.debug({ error: String(error) }, 'no figures of the ledger: the database is away')
    return undefined
  }
}
