import { setTimeout as delay } from 'node:timers/promises'

/** Throws why, when it is interrupted. */
export async function wait(milliseconds: number, interrupted: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal: interrupted }).catch(() => interrupted.throwIfAborted())
}
