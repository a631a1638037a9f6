import { setTimeout as sleep } from 'node:timers/promises'
import type { Case } from './case.ts'
import type { Connection } from './connection.ts'
import { serviceFor } from './service.ts'

/** Runs one case against an emulator. Throws when the behaviour does not hold, or has not shown in time. */
export async function runCase(connection: Connection, { run }: Case, limitMs: number): Promise<void> {
  const { service, end } = serviceFor(connection)
  const timer = new AbortController()
  const tooLong = async () => {
    await sleep(limitMs, undefined, { signal: timer.signal })
    throw new Error(`not decided in ${limitMs / 1_000} s`)
  }
  try {
    await Promise.race([run(service), tooLong()])
  } finally {
    timer.abort()
    await end()
  }
}
