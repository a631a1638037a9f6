import { noAccount } from '../http/not-found.ts'
import type { CallerHandler } from './access.ts'
import type { Ownership } from './ownership.ts'

/**
 * Answers of an account that is the caller's. Of any other it says, as of one that there is not, that there is none: whose
 * accounts exist is nobody else's to learn.
 */
export function ofOwnAccount(ownership: Ownership, handle: CallerHandler): CallerHandler {
  return async (request, caller) => {
    const { accountId = '' } = request.params
    return (await ownership.ownsAccount(caller, accountId))
      ? await handle(request, caller)
      : noAccount(accountId)
  }
}
