import { breakProtocol } from './break.ts'
import type { Share } from './simulate.ts'

/* Runs its share of the histories, and tells of each. */
const { first, step, last, orders, callers, break: broken } = JSON.parse(process.argv[2] ?? '') as Share
if (broken !== undefined) breakProtocol(broken)
const { runHistory } = await import('./history.ts')
for (let seed = first; seed <= last; seed += step) process.send?.(await runHistory({ seed, orders, callers }))
process.disconnect()
