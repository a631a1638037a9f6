import { type Money, parseMoney } from '../../lib/ledger/money.ts'
import { ExpectedError } from '../command/expected-error.ts'
import { openAccounts } from '../service/open-accounts.ts'
import { readBalance } from './check-balances.ts'
import type { LoadRun, LoadSettings } from './load-run.ts'
import { CURRENCY, WORLD } from './transfers.ts'

/** Enough for any run, so that nothing has to be paid in before. */
const OVERDRAFT: Money = 1_000_000_000_0000n

export type OpenRunOptions = Pick<LoadRun, 'client' | 'transfers' | 'interrupted' | 'show'> & {
  readonly settings: Pick<LoadSettings, 'patienceSeconds'>
}

/** Opens the accounts of a run; answers what each has, the world's account too, before anything is sent. */
export async function openRunAccounts(run: OpenRunOptions): Promise<ReadonlyMap<string, Money>> {
  const { client, transfers, settings, interrupted, show } = run
  const ids = transfers.accountIds.filter((_, index) => index !== transfers.world)
  const limits = new Map(ids.map(id => [id, id === transfers.accountIds[transfers.poor] ? 0n : OVERDRAFT]))
  const progress = show('accounts opened', ids.length)
  try {
    const onOpened = () => progress.step()
    const patience = { seconds: settings.patienceSeconds, interrupted }
    await openAccounts(client, { currency: CURRENCY, limits, onOpened }, patience)
  } finally {
    progress.stop()
  }
  const world = parseMoney(await readBalance(client, WORLD))
  if (world === undefined) throw new ExpectedError(`the balance of ${WORLD} cannot be read`)
  return new Map<string, Money>([...ids.map(id => [id, 0n] as const), [WORLD, world]])
}
