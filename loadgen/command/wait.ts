import { setTimeout as delay } from 'node:timers/promises'

/** Throws why, when it is interrupted: Node's own error would say no more than that it was. */
export async function wait(milliseconds: number, interrupted: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal: interrupted }).catch(() => interrupted.throwIfAborted())
}
