import type { Progress } from '../command/show-measurements.ts'
import type { RunningEmulator } from '../emulators/running-emulator.ts'
import { type Figures, percentile } from '../figures/figures.ts'
import { formatNumber } from '../figures/format-number.ts'
import type { Contender } from './contender.ts'
import type { Endpoint } from './endpoint.ts'
import type { Flags } from './flags.ts'
import { measureLatency } from './measure-latency.ts'
import { MESSAGES_PER_REQUEST, measureMemory } from './measure-memory.ts'
import { measureRate } from './measure-rate.ts'
import { connectPubsub, type PubsubClient } from './pubsub-client.ts'
import type { PushSummary } from './push-record.ts'

export type Rounds = {
  readonly flags: Flags
  readonly contenders: readonly Contender[]
  readonly endpoint: Endpoint
  readonly figures: Figures
  /** Told what broke a promise. */
  readonly onBroken: (contender: string, what: string) => void
  readonly progress: Progress
  readonly interrupted: AbortSignal
}

/** The number of measurements that `runRounds` makes. */
export function countMeasurements({ rounds, keys }: Flags, contenders: number): number {
  return rounds * contenders * (keys.length + MESSAGES_PER_REQUEST.length)
}

/** Measures the contenders in turn, so that a machine that becomes busy does so for all of them. */
export async function runRounds(rounds: Rounds): Promise<void> {
  const { flags, contenders } = rounds
  for (let round = 1; round <= flags.rounds; round += 1) {
    for (const keys of flags.keys) {
      for (const contender of contenders) await measurePushes(rounds, contender, round, keys)
    }
    for (const perRequest of MESSAGES_PER_REQUEST) {
      for (const contender of contenders) await measureFill(rounds, contender, round, perRequest)
    }
  }
}

async function measurePushes(rounds: Rounds, { name, start }: Contender, round: number, keys: number) {
  const { flags, endpoint, figures, progress, interrupted } = rounds
  const what = `${name}, ${formatNumber(keys)} keys, round ${round}`
  // Its own part of the endpoint.
  const part = what.replace(/\W+/g, '-')
  progress.begin(what)
  await withEmulator(start, interrupted, async (_, client) => {
    const light = await measureLatency(client, endpoint, `light-${part}`, { keys, interrupted })
    const options = { keys, seconds: flags.seconds, interrupted }
    const { perSecond, summary } = await measureRate(client, endpoint, `full-${part}`, options)
    const add = (row: string, value: number) => figures.add(`${row}, ${formatNumber(keys)} keys`, name, value)
    add('pushes a second', perSecond)
    add('pushes at once', summary.atOnce)
    add('publish to push, p50 ms', percentile(light.latenciesMs, 50))
    add('publish to push, p99 ms', percentile(light.latenciesMs, 99))
    for (const seen of [light, summary]) {
      const broken = brokenPromises(seen)
      if (broken !== undefined) rounds.onBroken(name, `${what}: ${broken}`)
    }
    progress.done(`${formatNumber(perSecond)} pushes a second`)
  })
}

async function measureFill(rounds: Rounds, { name, start }: Contender, round: number, perRequest: number) {
  const { figures, progress, interrupted } = rounds
  const filling = `100,000 messages, ${perRequest} a request`
  progress.begin(`${name}, ${filling}, round ${round}`)
  await withEmulator(start, interrupted, async (emulator, client) => {
    const { empty, filled } = await measureMemory(emulator, client, perRequest, interrupted)
    figures.add('resident MB, empty', name, empty)
    figures.add(`resident MB, ${filling}`, name, filled)
    progress.done(`${formatNumber(filled)} MB`)
  })
}

async function withEmulator(
  start: () => Promise<RunningEmulator>,
  interrupted: AbortSignal,
  measure: (emulator: RunningEmulator, client: PubsubClient) => Promise<void>,
): Promise<void> {
  interrupted.throwIfAborted()
  const emulator = await start()
  const client = connectPubsub(emulator.host)
  try {
    await measure(emulator, client)
  } finally {
    await client.close()
    await emulator.close()
  }
}

function brokenPromises({ outOfOrder, overlapping, redelivered }: PushSummary): string | undefined {
  if (outOfOrder + overlapping + redelivered === 0) return undefined
  return `${outOfOrder} out of order, ${overlapping} beside another of their key, ${redelivered} again`
}
