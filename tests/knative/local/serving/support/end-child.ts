/** Run as a process of its own, in which nothing else is to be done: ends a child, and says so. */
import { spawnChild } from '../../../../../knative/local/serving/child.ts'

const child = spawnChild({
  args: ['-e', 'setInterval(() => {}, 1000)'],
  logFile: '/dev/null',
  isReady: async () => true,
})
await child.ready
await child.kill()
process.stdout.write('it has ended\n')
