import { allFinal } from '../ledger.ts'
import type { Console } from './open-console.ts'

/** Opens accounts in USD with these balances, each of somebody or nobody, and waits until the money has arrived. */
export async function giveAccounts(
  { call, database }: Console,
  balances: Readonly<Record<string, string>>,
  userId?: string,
): Promise<void> {
  for (const [accountId, openingBalance] of Object.entries(balances)) {
    const owner = userId === undefined ? {} : { userId }
    const request = { accountId, currency: 'USD', openingBalance, ...owner }
    const { status, text } = await call('POST', '/api/v1/accounts', request)
    if (status !== 201) throw new Error(`account ${accountId}: ${status} ${text}`)
  }
  await allFinal(database.db)
}
