import type { Money } from '../../lib/ledger/money.ts'
import { connectMysql } from '../../lib/mysql/connect.ts'
import { wait } from '../command/wait.ts'
import { askDecisions } from '../load/ask-decisions.ts'
import { checkDatabase } from '../load/check-database.ts'
import { checkPromises } from '../load/check-promises.ts'
import type { ChaosOutcome, ChaosRun } from './chaos-run.ts'
import { checkLedger, countUntold } from './check-ledger.ts'
import { checkLeftovers, untilSettled } from './check-leftovers.ts'
import { readLedger } from './read-ledger.ts'
import { RECOVERY_SECONDS, SCHEDULE_SECONDS } from './recovery.ts'

const REDIS_KEY_PREFIX = 'settle:'
/** Until a result that has been published is heard. */
const HEARING_SECONDS = 1

type Verified = Pick<
  ChaosOutcome,
  'checked' | 'counts' | 'settledSeconds' | 'lost' | 'doubled' | 'outOfOrder'
>

/** Waits until the service has done all by itself, and then checks everything there is to check, from outside. */
export async function verifyChaos(run: ChaosRun, opened: ReadonlyMap<string, Money>): Promise<Verified> {
  const { chaos, transfers, journal, times, ear, client, interrupted, patienceSeconds, onEvent } = run
  const { mysqlUrl, redisUrl } = chaos.engines
  const limits = { mysqlPoolSize: 1, mysqlLockWaitSeconds: 600, mysqlAcquireMilliseconds: 10_000 }
  const db = connectMysql({ mysqlUrl, ...limits })
  try {
    const toldWithinSeconds = RECOVERY_SECONDS + SCHEDULE_SECONDS
    onEvent('healed; waiting until nothing is left to do')
    const settledSeconds = await untilSettled(db, toldWithinSeconds, interrupted)
    onEvent(
      settledSeconds === undefined ? 'NOT SETTLED' : `settled after ${settledSeconds.toFixed(1)} s; checking`,
    )
    const asking = { client, journal, transfers, interrupted, seconds: patienceSeconds }
    await askDecisions(asking, [...journal.waiting(), ...journal.unknown()])
    await untilHeard(run)
    const ledger = await readLedger(db, transfers, journal.sent)
    const { checked, losses } = checkLedger({ ledger, journal, transfers, times, ear, toldWithinSeconds })
    const settings = { patienceSeconds, skew: 'zipf' as const }
    const promises = await checkPromises({ ...run, settings, target: { isOwn: true } }, opened)
    const engines = { mysqlUrl, redisUrl, redisKeyPrefix: REDIS_KEY_PREFIX }
    const database = await checkDatabase(engines, transfers, 0)
    const { sent, accepted } = journal
    const counts = { sent, accepted, untold: countUntold({ ledger, ear }) }
    const all = [...checked, ...promises, ...database, ...(await checkLeftovers(db))]
    return { settledSeconds, counts, ...losses, checked: all }
  } finally {
    await db.destroy()
  }
}

/** What was told last may be on its way. */
async function untilHeard({ ear, interrupted }: ChaosRun): Promise<void> {
  for (let heard = -1; heard !== ear.heard.size; ) {
    heard = ear.heard.size
    await wait(HEARING_SECONDS * 1000, interrupted)
  }
}
