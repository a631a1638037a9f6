import { breakProtocol } from './break.ts'
import type { Job } from './run-jobs.ts'

/* Runs histories in a process of its own, and tells of each; or shrinks one, and tells what is left of it. */
const job = JSON.parse(process.argv[2] ?? '') as Job
if (job.break !== undefined) breakProtocol(job.break)
const { runHistory } = await import('./history.ts')
const { shrink } = await import('./shrink.ts')
if (job.kind === 'shrink') {
  const broken = await runHistory(job)
  const onTry = (tried: string) => process.send?.({ tried })
  process.send?.({ shrunk: await shrink(job, broken, onTry) })
} else {
  for (let { seed } = job; seed <= job.last; seed += job.step)
    process.send?.({ history: await runHistory({ ...job, seed }) })
}
process.disconnect()
