import type { Progress } from '../command/show-measurements.ts'
import { formatNumber } from '../figures/format-number.ts'
import { checkBooks } from './check-books.ts'
import type { Contender } from './contenders.ts'
import { openDatabase } from './database.ts'
import type { Flags } from './flags.ts'
import { measureParts, type Parts } from './measure-parts.ts'
import type { Results } from './results.ts'
import { makeWorkload, type Skew, type Workload } from './workload.ts'

export type Rounds = {
  readonly flags: Flags
  readonly serverUrl: string
  readonly contenders: readonly Contender[]
  /** Undefined where only contenders are measured. */
  readonly parts: Omit<Parts, 'onRate'> | undefined
  readonly progress: Progress
  readonly interrupted: AbortSignal
  /** Takes what is measured. */
  readonly results: Pick<Results, 'samples' | 'parts'>
}

/** The number of measurements that `runRounds` makes. */
export function countMeasurements({
  flags,
  contenders,
  parts,
}: Pick<Rounds, 'flags' | 'contenders' | 'parts'>) {
  return flags.rounds * (flags.workloads.length * contenders.length + (parts ? 1 : 0))
}

/** Measures the contenders in turn, so that a machine that becomes busy does so for all of them. */
export async function runRounds(rounds: Rounds): Promise<void> {
  const { flags, contenders, parts, progress, results } = rounds
  for (let round = 1; round <= flags.rounds; round += 1) {
    for (const skew of flags.workloads) {
      const size = (transfers: number) => ({ skew, accounts: flags.accounts, transfers, seed: flags.seed })
      const large = makeWorkload(size(flags.transfers))
      const small = makeWorkload(size(flags.rowTransfers))
      for (const contender of contenders) {
        await measure(rounds, contender, { skew, round, workload: contender.isByRow ? small : large })
      }
    }
    if (parts === undefined) continue
    progress.begin(`parts, round ${round}`)
    const onRate = (part: string, perSecond: number) => results.parts.push({ part, round, perSecond })
    await measureParts({ ...parts, onRate })
    progress.done('measured')
  }
}

type Turn = { readonly skew: Skew; readonly round: number; readonly workload: Workload }

async function measure(rounds: Rounds, contender: Contender, { skew, round, workload }: Turn): Promise<void> {
  const { serverUrl, progress, interrupted, results } = rounds
  interrupted.throwIfAborted()
  progress.begin(`${contender.title}, ${skew}, round ${round}`)
  const database = await openDatabase(serverUrl, workload.accountIds)
  try {
    const measured = await contender.run(database, workload, `${contender.subject}-${skew}-${round}`)
    await checkBooks(database.db, workload)
    const transfers = workload.transfers.length
    const perSecond = transfers / measured.seconds
    const { subject } = contender
    results.samples.push({ contender: subject, workload: skew, round, transfers, perSecond, measured })
    progress.done(`${formatNumber(perSecond)} transfers a second`)
  } finally {
    await database.drop()
  }
}
