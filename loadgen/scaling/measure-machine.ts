import { cpus } from 'node:os'

/** Answers a function that says how busy the machine has been since, whoever used it: from 0 to 1 of all its cores. */
export function measureMachine(): () => number {
  const read = () => {
    const times = cpus().map(cpu => cpu.times)
    const idle = times.reduce((sum, time) => sum + time.idle, 0)
    return {
      idle,
      all: times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0),
    }
  }
  const begin = read()
  return () => {
    const now = read()
    return 1 - (now.idle - begin.idle) / Math.max(1, now.all - begin.all)
  }
}
