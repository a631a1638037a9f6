import { setTimeout as sleep } from 'node:timers/promises'

/** How long a case waits for what is not to come: many times what a delivery takes. */
export const QUIET_MS = 1_200

/** Waits while nothing is to happen. */
export async function quiet(ms = QUIET_MS): Promise<void> {
  await sleep(ms)
}
