import type { Checked } from '../load/check-database.ts'
import type { Journal } from '../load/journal.ts'
import type { Measures } from '../load/measures.ts'
import type { OpenRunOptions } from '../load/open-run-accounts.ts'
import type { Transfers } from '../load/transfers.ts'
import type { ServiceClient } from '../service/service-client.ts'
import type { ChaosStack } from './chaos-stack.ts'
import type { Losses } from './check-ledger.ts'
import type { ClientTimes } from './client-times.ts'
import type { ChaosSettings } from './flags.ts'
import type { Sample } from './recovery.ts'
import type { ResultsEar } from './results-ear.ts'
import type { RunFault } from './run-faults.ts'
import type { Sampler } from './sampler.ts'

export type ChaosOptions = Pick<OpenRunOptions, 'interrupted' | 'show'> & {
  readonly chaos: ChaosStack
  readonly settings: ChaosSettings
  readonly runId: string
  /** Told of what happens, in a line. */
  readonly onEvent: (line: string) => void
}

/** All there is to know of a run while it lasts. */
export type ChaosRun = ChaosOptions & {
  readonly transfers: Transfers
  readonly journal: Journal
  readonly measures: Measures
  readonly times: ClientTimes
  readonly client: ServiceClient
  readonly sampler: Sampler
  readonly ear: ResultsEar
  /** Attempts that failed, by code; each was made again. */
  readonly failures: Map<string, number>
  readonly patienceSeconds: number
}

export type ChaosOutcome = Losses & {
  readonly beginMs: number
  /** Everything is healed, and every request has been answered. */
  readonly loadEndMs: number
  readonly faults: readonly RunFault[]
  /** Kinds that cannot be had here, and why. */
  readonly skipped: Readonly<Record<string, string>>
  readonly samples: readonly Sample[]
  readonly failures: ReadonlyMap<string, number>
  readonly errors: ReadonlyMap<string, number>
  readonly counts: { readonly sent: number; readonly accepted: number; readonly untold: number }
  /** From the last answer until nothing was PENDING and the outbox was empty; undefined if that never was. */
  readonly settledSeconds: number | undefined
  readonly checked: readonly Checked[]
}
