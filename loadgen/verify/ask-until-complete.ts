import type { Service } from '../client/find-service.ts'
import { readAnswer, send } from '../client/send.ts'

type Checked = Readonly<Record<'links' | 'transactions' | 'accounts' | 'copies', number>>

export type Verification = {
  readonly complete: boolean
  readonly pass: { readonly number: number; readonly beganAt: string }
  readonly checked: Checked
  readonly sums?: readonly {
    readonly currency: string
    readonly accounts: number
    readonly balance: unknown
  }[]
  readonly pending: { readonly oldestSeconds: number }
  readonly outbox: { readonly rows: number; readonly oldestSeconds: number }
  readonly heads: readonly {
    readonly orderingGroup: number
    readonly number: number
    readonly hash: string
  }[]
  readonly faultCount: number
  readonly faults: readonly { readonly code: string; readonly subject: string; readonly message: string }[]
}

export type Wanted = {
  readonly isFull: boolean
  readonly hash: string | undefined
  readonly signal: AbortSignal
}

const PATH = '/api/v1/ledger/verification'

/**
 * Asks for verification until it is complete, and answers the last answer with all that was checked, and every fault: one of
 * a copy is in the answer that found it, and in no later one.
 */
export async function askUntilComplete(
  service: Service,
  { isFull, hash, signal }: Wanted,
  onPart: (so: Verification) => void,
): Promise<Verification> {
  const kept = hash === undefined ? {} : { hash }
  let parameters: Record<string, string> = isFull ? { from: 'start', ...kept } : kept
  const checked = { links: 0, transactions: 0, accounts: 0, copies: 0 }
  const faults = new Map<string, Verification['faults'][number]>()
  for (;;) {
    const path = `${PATH}?${new URLSearchParams(parameters)}`
    const request = { method: 'GET', path, headers: {}, body: undefined }
    const answer = (await readAnswer(await send(service, request, signal))) as unknown as Verification
    for (const name of Object.keys(checked) as (keyof Checked)[]) checked[name] += answer.checked[name]
    for (const fault of answer.faults) faults.set(`${fault.code} ${fault.subject}`, fault)
    const faultCount = Math.max(answer.faultCount, faults.size)
    const so = { ...answer, checked, faults: [...faults.values()], faultCount }
    onPart(so)
    if (answer.complete) return so
    parameters = {}
  }
}
