import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Engines, startEngines } from '../knative/local/engines/start-engines.ts'
import { type Contender, makeContenders, type Surroundings } from './bench/contenders.ts'
import { DURABLE_SETTINGS, readDurableSettings } from './bench/durability.ts'
import { type Flags, parseFlags, USAGE } from './bench/flags.ts'
import { profileTable } from './bench/profile-table.ts'
import { describeResults, type Results, writeResults } from './bench/results.ts'
import { countMeasurements, runRounds } from './bench/run-rounds.ts'
import { runCommand } from './command/run-command.ts'
import { showMeasurements } from './command/show-measurements.ts'
import { describeMachine } from './figures/describe-machine.ts'

const FOLDER = fileURLToPath(new URL('../.local/bench', import.meta.url))

async function bench(flags: Flags, interrupted: AbortSignal): Promise<number> {
  const { out, cpuProf, ...kept } = flags
  const machine = describeMachine()
  const dataDir = join(FOLDER, 'engines')
  const engines = await startEngines({ dataDir, fresh: true, mysqlSettings: DURABLE_SETTINGS })
  try {
    const settings = await readDurableSettings(engines.mysqlUrl)
    const names = [engines.mysql.version, engines.redis.version]
    const results: Results = { machine, engines: names, settings, flags: kept, samples: [], parts: [] }
    const contenders = await measure(flags, results, engines, interrupted)
    for (const line of describeResults(results, contenders)) console.log(line)
    if (out !== undefined) writeResults(out, results, contenders)
    if (cpuProf !== undefined) {
      for (const line of profileTable(cpuProf)) console.log(line)
      console.error(`The profiles in ${cpuProf} can be opened in Chrome's DevTools.`)
    }
    return 0
  } finally {
    await engines.close()
  }
}

/** Answers whom it has measured. */
async function measure(
  flags: Flags,
  results: Results,
  { mysqlUrl: serverUrl, redisUrl }: Engines,
  interrupted: AbortSignal,
): Promise<readonly Contender[]> {
  const { accounts, transfers, seed, connections, orders, cpuProf } = flags
  const load = { orders, connections, interrupted }
  const surroundings: Surroundings = { redisUrl, folder: FOLDER, cpuProf, load }
  const contenders = makeContenders(surroundings).filter(({ subject }) => flags.only.includes(subject))
  const ofParts = { serverUrl, accounts, transfers, seed, connections, interrupted, stack: surroundings }
  const parts = flags.only.includes('parts') ? ofParts : undefined
  const progress = showMeasurements(countMeasurements({ flags, contenders, parts }))
  try {
    await runRounds({ flags, serverUrl, contenders, parts, progress, interrupted, results })
  } finally {
    progress.stop()
  }
  return contenders
}

await runCommand(USAGE, () => parseFlags(process.argv.slice(2)), bench)
