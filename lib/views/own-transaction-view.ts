import type { TransactionView } from './transaction-view.ts'

/** A transaction with the balances of those sides alone that are its reader's: what others have is not theirs to see. */
export function ownTransactionView(
  view: TransactionView,
  isOwn: (accountId: string) => boolean,
): TransactionView {
  const { sourceBalanceAfter, sourceVersion, destinationBalanceAfter, destinationVersion, ...rest } = view
  return {
    ...rest,
    ...(isOwn(view.sourceAccountId) && { sourceBalanceAfter, sourceVersion }),
    ...(isOwn(view.destinationAccountId) && { destinationBalanceAfter, destinationVersion }),
  }
}
