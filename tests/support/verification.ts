import type { Pipeline } from './pipeline.ts'

export type Verification = {
  readonly complete: boolean
  readonly checked: Readonly<Record<'links' | 'transactions' | 'accounts' | 'copies', number>>
  readonly faults: readonly { readonly code: string; readonly subject: string; readonly message: string }[]
}

/** Calls for verification until it is complete; answers what the last call did. */
export async function verify(pipeline: Pipeline, query = ''): Promise<Verification> {
  for (let parameters = query; ; parameters = '') {
    const { status, body, text } = await pipeline.call(
      'sweeper',
      'GET',
      `/api/v1/ledger/verification${parameters}`,
    )
    if (status !== 200) throw new Error(`${status} ${text}`)
    if (body['complete'] === true) return body as unknown as Verification
  }
}

/** The faults that verification finds, as `code subject`. */
export async function findFaults(pipeline: Pipeline, query = ''): Promise<string[]> {
  const { faults } = await verify(pipeline, query)
  return faults.map(({ code, subject }) => `${code} ${subject}`).sort()
}
