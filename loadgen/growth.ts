import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Engines, startEngines } from '../knative/local/engines/start-engines.ts'
import { checkSent } from './bench/check-books.ts'
import { openDatabase } from './bench/database.ts'
import { DURABLE_SETTINGS, readDurableSettings } from './bench/durability.ts'
import { insertHistory } from './bench/history.ts'
import { runSettle } from './bench/settle.ts'
import { makeWorkload } from './bench/workload.ts'
import { wholeNumber } from './command/flag-values.ts'
import { runCommand } from './command/run-command.ts'
import { showMeasurements } from './command/show-measurements.ts'
import { describeMachine } from './figures/describe-machine.ts'
import { formatNumber } from './figures/format-number.ts'

const FOLDER = fileURLToPath(new URL('../.local/growth', import.meta.url))
const SMALL = { accounts: 10_000, rounds: 0 }

const USAGE = `npm run growth    measures Settle with a large ledger between two measurements with an empty one
  --accounts 1000000     of the large ledger, an even number
  --rounds 5             transfers that each account of it has sent before
  --transfers 100000     in each measurement
  --buffer-pool 4096     MiB of memory that the database keeps pages in`

/** By default 96 or 100 MB, which applying 60,000 transfers fills: then what they changed, in random places, is written at once. */
const REDO_LOG = ['--loose-innodb-log-file-size=4G', '--loose-innodb-redo-log-capacity=4G']

type Flags = {
  readonly accounts: number
  readonly rounds: number
  readonly transfers: number
  readonly bufferPool: number
}
type Ledger = Pick<Flags, 'accounts' | 'rounds'>

function readFlags(): Flags {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const
  const { values } = parseArgs({
    options: {
      ...{ accounts: text('1000000'), rounds: text('5') },
      ...{ transfers: text('100000'), 'buffer-pool': text('4096') },
    },
  })
  const accounts = wholeNumber('accounts', values.accounts, 2)
  if (accounts % 2 === 1) throw new Error(`--accounts ${accounts}: must be even`)
  return {
    accounts,
    rounds: wholeNumber('rounds', values.rounds, 0),
    transfers: wholeNumber('transfers', values.transfers, 100),
    bufferPool: wholeNumber('buffer-pool', values['buffer-pool'], 64),
  }
}

async function growth(flags: Flags, interrupted: AbortSignal): Promise<number> {
  const mysqlSettings = [...DURABLE_SETTINGS, ...REDO_LOG, `--innodb-buffer-pool-size=${flags.bufferPool}M`]
  const engines = await startEngines({ dataDir: join(FOLDER, 'engines'), fresh: true, mysqlSettings })
  const progress = showMeasurements(3)
  try {
    const settings = await readDurableSettings(engines.mysqlUrl)
    const rates: number[] = []
    for (const ledger of [SMALL, flags, SMALL]) {
      interrupted.throwIfAborted()
      const show = (what: string) => progress.begin(what)
      rates.push(await measure(engines, { ledger, transfers: flags.transfers, interrupted, show }))
      progress.done(`${formatNumber(rates.at(-1) ?? 0)} transfers a second`)
    }
    const [before = 0, large = 0, after = 0] = rates
    const { processor, cores, system, commit } = describeMachine()
    console.log(
      `${describe(flags)}: ${((200 * large) / (before + after)).toFixed(0)} % of the rate with ${describe(SMALL)}`,
    )
    console.log(
      `${processor}, ${cores} cores, ${system}; ${engines.mysql.version}, innodb_buffer_pool_size = ` +
        `${settings['innodb_buffer_pool_size']}; ${flags.transfers} transfers a measurement; commit ${commit ?? 'unknown'}.`,
    )
    return 0
  } finally {
    progress.stop()
    await engines.close()
  }
}

type Measurement = {
  readonly ledger: Ledger
  readonly transfers: number
  readonly interrupted: AbortSignal
  readonly show: (what: string) => void
}

async function measure(
  { mysqlUrl, redisUrl }: Engines,
  { ledger, transfers, interrupted, show }: Measurement,
): Promise<number> {
  const { accounts, rounds } = ledger
  const workload = makeWorkload({ skew: 'uniform', accounts, transfers, seed: 1 })
  show(`opening ${formatNumber(accounts)} accounts`)
  const database = await openDatabase(mysqlUrl, workload.accountIds)
  try {
    await insertHistory(database.db, workload.accountIds, rounds, count => {
      interrupted.throwIfAborted()
      if (count % 100_000 === 0) show(`${formatNumber(count)} rows of history`)
    })
    show(describe(ledger))
    const plan = { redisUrl, folder: FOLDER, cpuProf: undefined, name: 'growth' }
    const { seconds } = await runSettle(
      database,
      workload,
      { orders: 20, connections: 64, interrupted },
      plan,
    )
    await checkSent(database.db, workload, accounts * rounds)
    return transfers / seconds
  } finally {
    await database.drop()
  }
}

function describe({ accounts, rounds }: Ledger): string {
  return `${formatNumber(accounts)} accounts and ${formatNumber(accounts * rounds)} rows`
}

await runCommand(USAGE, readFlags, growth)
