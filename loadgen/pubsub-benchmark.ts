import { availableParallelism } from 'node:os'
import { runCommand } from './command/run-command.ts'
import { showMeasurements } from './command/show-measurements.ts'
import { Figures } from './figures/figures.ts'
import { findContenders } from './pubsub-benchmark/contender.ts'
import { startEndpoint } from './pubsub-benchmark/endpoint.ts'
import { type Flags, parseFlags, USAGE } from './pubsub-benchmark/flags.ts'
import { tableOf } from './pubsub-benchmark/report.ts'
import { countMeasurements, runRounds } from './pubsub-benchmark/run-rounds.ts'

const NOT_INSTALLED =
  'The official emulator is not installed, so ours is measured alone. It takes java and gcloud on the PATH, with the ' +
  'component pubsub-emulator, or its jar in PUBSUB_OFFICIAL_EMULATOR.'

/** Answers 1 if ours broke a promise; what the official emulator breaks is only reported. */
async function benchmark(flags: Flags, interrupted: AbortSignal): Promise<number> {
  const contenders = await findContenders(flags.cpuProf)
  const names = contenders.map(({ name }) => name)
  if (names.length === 1) console.error(NOT_INSTALLED)
  const figures = new Figures()
  const broken: { readonly name: string; readonly what: string }[] = []
  const onBroken = (name: string, what: string) => broken.push({ name, what })
  const endpoint = await startEndpoint()
  const progress = showMeasurements(countMeasurements(flags, contenders.length))
  try {
    await runRounds({ flags, contenders, endpoint, figures, onBroken, progress, interrupted })
  } finally {
    progress.stop()
    await endpoint.close()
  }
  for (const line of tableOf(figures, names)) console.log(line)
  console.log(`\n${surroundings(flags)}`)
  for (const { what } of broken) console.log(what)
  if (broken.length === 0) console.log(ALL_KEPT)
  return broken.some(({ name }) => name === names[0]) ? 1 : 0
}

const ALL_KEPT = 'In every run each key came in order, one in flight at a time, nothing twice.'

function surroundings({ rounds, seconds }: Flags): string {
  const machine = `Node ${process.version}, ${availableParallelism()} cores`
  return `Medians and range of the rounds; --rounds ${rounds} --seconds ${seconds}; ${machine}.`
}

await runCommand(USAGE, () => parseFlags(process.argv.slice(2)), benchmark)
