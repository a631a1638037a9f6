import { allFinal } from '../ledger.ts'
import type { Console } from './open-console.ts'

/** Sends a transaction over the API, as any caller, and waits until it is decided. */
export async function sendIn({ call, database }: Console, request: object): Promise<void> {
  const { status, text } = await call('POST', '/api/v1/transactions/process', request)
  if (status !== 202) throw new Error(`${JSON.stringify(request)}: ${status} ${text}`)
  await allFinal(database.db)
}
