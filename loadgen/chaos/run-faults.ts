import { setTimeout as pause } from 'node:timers/promises'
import type { Break } from './break.ts'
import { type Area, KINDS, type KindName } from './kinds.ts'
import type { PlannedFault } from './plan-faults.ts'

/** A fault as it was. Times are milliseconds of `performance.now()`. */
export type RunFault = {
  readonly kind: KindName
  readonly target: string
  readonly beganMs: number
  readonly endedMs: number
}

export type FaultRun = {
  /** When the load begins. */
  readonly beginMs: number
  /** Then none begins any more, however late it is. */
  readonly endMs: number
  readonly plan: readonly PlannedFault[]
  readonly breaks: Readonly<Record<KindName, Break>>
  readonly interrupted: AbortSignal
  readonly onBegin: (fault: PlannedFault) => void
}

/**
 * Breaks and heals as planned. What is to begin while its part is still being broken or healed waits for it. A fault that
 * cannot be healed ends the run with its error: what it left broken says nothing of the service.
 */
export async function runFaults(run: FaultRun): Promise<RunFault[]> {
  const done: RunFault[] = []
  const busy = new Map<Area, Promise<void>>()
  const errors: unknown[] = []
  const running: Promise<void>[] = []
  for (const planned of run.plan) {
    await pauseUntil(run.beginMs + planned.atSeconds * 1000, run.interrupted)
    if (run.interrupted.aborted || errors.length > 0) break
    const { area } = KINDS[planned.kind]
    const before = busy.get(area) ?? Promise.resolve()
    const work = before.then(async () => {
      if (performance.now() < run.endMs) done.push(await breakAndHeal(run, planned))
    })
    // Whatever goes wrong is told once all that runs has healed.
    const settled = work.catch(error => void errors.push(error))
    busy.set(area, settled)
    running.push(settled)
  }
  await Promise.all(running)
  if (errors.length > 0) throw errors[0]
  return done.toSorted((a, b) => a.beganMs - b.beganMs)
}

async function breakAndHeal(
  { breaks, onBegin, interrupted }: FaultRun,
  planned: PlannedFault,
): Promise<RunFault> {
  const { kind, target, forSeconds } = planned
  onBegin(planned)
  const beganMs = performance.now()
  const broken = await breaks[kind](target)
  await pauseUntil(performance.now() + forSeconds * 1000, interrupted)
  await broken.end()
  return { kind, target, beganMs: broken.sinceMs ?? beganMs, endedMs: performance.now() }
}

/** Not an error when it is cut short: then what is broken is healed at once. */
async function pauseUntil(atMs: number, signal: AbortSignal): Promise<void> {
  await pause(Math.max(0, atMs - performance.now()), undefined, { signal }).catch(() => undefined)
}
