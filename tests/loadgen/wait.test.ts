import { expect, test } from '@jest/globals'
import { ExpectedError } from '../../loadgen/command/expected-error.ts'
import { wait } from '../../loadgen/command/wait.ts'

test('a wait that is cut short ends with why it was', async () => {
  const interruption = new AbortController()
  const waiting = wait(600_000, interruption.signal)
  const why = new ExpectedError('interrupted')
  interruption.abort(why)
  await expect(waiting).rejects.toBe(why)
})
