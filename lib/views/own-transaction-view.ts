import type { TransactionView } from './transaction-view.ts'

/** A transaction with the balances of those sides alone that are its reader's: what others have is not theirs to see. */
export function ownTransactionView(
  view: TransactionView,
  isOwn: (accountId: string) => boolean,
): TransactionView {
  const hidden = [
    ...(isOwn(view.sourceAccountId) ? [] : ['sourceBalanceAfter', 'sourceVersion']),
    ...(isOwn(view.destinationAccountId) ? [] : ['destinationBalanceAfter', 'destinationVersion']),
  ]
  if (hidden.length === 0) return view
  return Object.fromEntries(
    Object.entries(view).filter(([name]) => !hidden.includes(name)),
  ) as TransactionView
}
