import type { Schedule } from './wiring.ts'

export type SchedulerOptions = {
  readonly schedules: readonly Schedule[]
  readonly functionUrls: ReadonlyMap<string, string>
  /** Makes the token that the call presents. */
  readonly token: (audience: string) => Promise<string>
}

/** Calls functions at their intervals, as Cloud Scheduler does: a POST with an OIDC token. Answers how to stop. */
export function runSchedules(options: SchedulerOptions): () => void {
  const timers = options.schedules.map(schedule =>
    // A call that fails is the next call's work, as in the cloud.
    setInterval(
      () => void callScheduled(options, schedule).catch(() => undefined),
      schedule.everySeconds * 1000,
    ),
  )
  return () => {
    for (const timer of timers) clearInterval(timer)
  }
}

/** Makes one scheduled call now, and answers its response. */
export async function callScheduled(
  { functionUrls, token }: Omit<SchedulerOptions, 'schedules'>,
  schedule: Schedule,
): Promise<Response> {
  const bearer = await token(`settle-${schedule.function}`)
  return await fetch(`${functionUrls.get(schedule.function)}${schedule.path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}` },
    signal: AbortSignal.timeout(60_000),
  })
}
