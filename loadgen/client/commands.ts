/** A command: an operation, what of it is said without a flag, and what is said unless a flag says otherwise. */
export type Command = {
  readonly operationId: string
  readonly positionals: readonly string[]
  readonly fixed?: Readonly<Record<string, string>>
  /** It sends a transaction: one gets an id if it has none, and its decision is waited for. */
  readonly sends?: true
  /** What it is for, where the operation does more than that. */
  readonly about?: string
}

const sends = (about: string, positionals: readonly string[], type?: string): Command => ({
  about,
  operationId: 'processTransaction',
  positionals,
  sends: true,
  ...(type !== undefined && { fixed: { type } }),
})

/** What people do most. Whatever else `docs/openapi.yaml` has, `call` does. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  user: { operationId: 'createUser', positionals: ['name'] },
  users: { operationId: 'listUsers', positionals: [] },
  open: { operationId: 'createAccount', positionals: ['accountId', 'currency'] },
  account: { operationId: 'getAccount', positionals: ['accountId'] },
  accounts: { operationId: 'listAccounts', positionals: ['userId'] },
  freeze: {
    operationId: 'changeAccount',
    positionals: ['accountId'],
    fixed: { status: 'FROZEN' },
    about: 'Freeze an account',
  },
  unfreeze: {
    operationId: 'changeAccount',
    positionals: ['accountId'],
    fixed: { status: 'ACTIVE' },
    about: 'Unfreeze an account',
  },
  limit: {
    operationId: 'changeAccount',
    positionals: ['accountId', 'overdraftLimit'],
    about: 'Change an overdraft limit',
  },
  close: { operationId: 'deleteAccount', positionals: ['accountId'] },
  transfer: sends('Move money', ['sourceAccountId', 'destinationAccountId', 'amount']),
  deposit: sends('Bring money in', ['destinationAccountId', 'amount', 'currency'], 'deposit'),
  withdraw: sends('Take money out', ['sourceAccountId', 'amount', 'currency'], 'withdrawal'),
  hold: sends('Reserve money', ['sourceAccountId', 'destinationAccountId', 'amount'], 'hold'),
  capture: sends('Pay a hold, all of it or --amount', ['parentTransactionId'], 'capture'),
  void: sends('Let a hold go', ['parentTransactionId'], 'void'),
  reverse: sends('Move money back, all of it or --amount', ['parentTransactionId'], 'reversal'),
  transaction: { operationId: 'getTransaction', positionals: ['transactionId'] },
  balance: { operationId: 'getBalance', positionals: ['accountId'] },
  history: { operationId: 'listAccountTransactions', positionals: ['accountId'] },
  watch: { operationId: 'streamBalance', positionals: ['accountId'] },
  blocked: { operationId: 'listBlockedTransactions', positionals: [] },
  'dead-letters': { operationId: 'listDeadLetters', positionals: [] },
  'dead-letter': { operationId: 'getDeadLetter', positionals: ['deadLetterId'] },
  replay: { operationId: 'replayDeadLetter', positionals: ['deadLetterId'] },
  discard: { operationId: 'discardDeadLetter', positionals: ['deadLetterId', 'reason'] },
  verify: { operationId: 'verifyLedger', positionals: [] },
  'replay-results': { operationId: 'replayResults', positionals: ['from', 'to'] },
}
