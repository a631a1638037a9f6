import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { wait } from '../command/wait.ts'
import type { RunningEmulator } from '../emulators/running-emulator.ts'
import { publishBacklog } from './publish-backlog.ts'
import type { PubsubClient } from './pubsub-client.ts'

const MESSAGES = 100_000
const KEYS = 1_000
/** For what the last requests left to be collected. */
const SETTLE_MS = 1_000

/** Resident, in megabytes. */
export type Memory = { readonly empty: number; readonly filled: number }

/** What is published together leaves less behind than as many requests do. */
export const MESSAGES_PER_REQUEST = [100, 1] as const

/** Measures the memory of an emulator's fresh process before and after 100,000 messages of 200 bytes for nobody. */
export async function measureMemory(
  { pid }: RunningEmulator,
  client: PubsubClient,
  perRequest: number,
  interrupted: AbortSignal,
): Promise<Memory> {
  const name = 'unread'
  await client.create(name)
  const empty = residentMegabytes(pid)
  await publishBacklog(client, name, { keys: KEYS, messages: MESSAGES, perRequest }, interrupted)
  await wait(SETTLE_MS, interrupted)
  return { empty, filled: residentMegabytes(pid) }
}

function residentMegabytes(pid: number): number {
  return Number(residentKilobytes(pid)) / 1024
}

function residentKilobytes(pid: number): string | undefined {
  try {
    return /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  } catch {
    // No /proc (macOS).
    return spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim()
  }
}
