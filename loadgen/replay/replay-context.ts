import type { Progress } from '../command/show-progress.ts'
import type { Patience } from '../service/ask-until.ts'
import type { Producer } from '../service/producer.ts'
import type { ServiceClient } from '../service/service-client.ts'
import type { BankRow } from './bank-row.ts'
import type { Findings } from './findings.ts'

/** What the steps of a replay share. */
export type ReplayContext = {
  readonly client: ServiceClient
  readonly producer: Producer
  readonly patience: Patience
  readonly findings: Findings
  readonly rows: readonly BankRow[]
  /** Most accounts at a time. */
  readonly concurrency: number
  /** How often each row is published before its account's next one is. */
  readonly copies: number
  /** The newest version of each account that was seen, the world's too. */
  readonly versions: Map<string, number>
  readonly show: (what: string, total: number) => Progress
  readonly onRow: (done: number) => void
}

export function noteVersion({ versions }: ReplayContext, accountId: string, version: number): void {
  versions.set(accountId, Math.max(version, versions.get(accountId) ?? 0))
}
