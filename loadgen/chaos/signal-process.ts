/** Sends a signal to a process, if it is there; answers whether it was. */
export function signalProcess(pid: number | undefined, signal: NodeJS.Signals): boolean {
  if (pid === undefined) return false
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
