import { allFinal, openAccounts } from './ledger.ts'
import type { Pipeline } from './pipeline.ts'

/** Opens `alice` and `bob`, and has transactions of every type decided between them, in every way there is. */
export async function settleEveryKind(pipeline: Pipeline): Promise<void> {
  await openAccounts(pipeline, ['alice', 'bob'], '100')
  const post = async (...transactions: object[]) => {
    const answer = await pipeline.call('ingest', 'POST', '/api/v1/transactions/batch', { transactions })
    if (answer.status !== 202) throw new Error(answer.text)
    await allFinal(pipeline.db)
  }
  const pay = (transactionId: string, amount: string, more: object = {}) => ({
    ...{ transactionId, sourceAccountId: 'alice', destinationAccountId: 'bob', amount },
    ...more,
  })
  const after = (type: string, transactionId: string, parentTransactionId: string, amount?: string) => ({
    ...{ type, transactionId, parentTransactionId },
    ...(amount !== undefined && { amount }),
  })
  await post(
    pay('paid', '10.5', { metadata: { vat: 1.1 }, timestamp: '2026-11-21T12:00:00Z' }),
    pay('refused', '100000'),
    pay('open', '1', { type: 'hold', expiresAt: '2126-01-01T00:00:00Z' }),
    pay('captured', '5', { type: 'hold' }),
    pay('voided', '5', { type: 'hold' }),
    { transactionId: 'in', type: 'deposit', destinationAccountId: 'alice', amount: '2', currency: 'USD' },
    { transactionId: 'out', type: 'withdrawal', sourceAccountId: 'bob', amount: '1', currency: 'USD' },
  )
  await post(after('capture', 'capture', 'captured', '3'), after('void', 'void', 'voided'))
  await post(after('reversal', 'part', 'paid', '4'), after('reversal', 'rest', 'paid', '6.5'))
  await post(after('capture', 'late', 'voided', '1'))
  for (const change of [{ status: 'FROZEN' }, { status: 'ACTIVE', overdraftLimit: '5' }]) {
    const { status, text } = await pipeline.call('accounts', 'PATCH', '/api/v1/accounts/alice', change)
    if (status !== 200) throw new Error(text)
  }
  await post(pay('last', '1'))
}
