import type { Progress } from '../command/show-progress.ts'
import type { ServiceClient } from '../service/service-client.ts'
import type { Checked } from './check-database.ts'
import type { Journal } from './journal.ts'
import type { LoadTarget } from './load-stack.ts'
import type { Measures } from './measures.ts'
import type { PATHS } from './path.ts'
import type { ProcessSamples } from './sample-processes.ts'
import type { TransferOptions, Transfers } from './transfers.ts'

/** Where status reads go: the way callers take, or an instance of the function itself. */
export const READS_AT = ['gateway', 'status'] as const

/** What a run is to do, as the flags say. */
export type LoadSettings = Omit<TransferOptions, 'runId'> & {
  /** Transfers a second; undefined for the closed model. */
  readonly rate: number | undefined
  readonly connections: number
  readonly orders: number
  readonly path: (typeof PATHS)[number]
  readonly reads: number
  readonly readsAt: (typeof READS_AT)[number]
  readonly warmUpSeconds: number
  readonly seconds: number
  readonly hearsResults: boolean
  readonly patienceSeconds: number
}

export type LoadOptions = {
  readonly target: LoadTarget
  readonly settings: LoadSettings
  readonly runId: string
  readonly interrupted: AbortSignal
  readonly show: (what: string, total: number) => Progress
  /** Told each second how far it is. */
  readonly onSecond: (so: {
    readonly accepted: number
    readonly applied: number
    readonly errors: number
  }) => void
}

/** All there is to know of a run while it lasts. */
export type LoadRun = LoadOptions & {
  readonly transfers: Transfers
  readonly journal: Journal
  readonly measures: Measures
  /** For the questions before and after the load. */
  readonly client: ServiceClient
}

export type LoadOutcome = {
  readonly journal: Journal
  readonly measures: Measures
  readonly processes: ProcessSamples
  readonly promises: readonly Checked[]
}
