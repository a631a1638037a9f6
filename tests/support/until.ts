/**
 * Waits until a condition holds, looking again every few milliseconds. Throws, saying what was waited for, when it
 * does not come true in time: a bound on a hang, not an expectation of speed.
 */
export async function until(
  what: string,
  condition: () => Promise<boolean> | boolean,
  seconds = 20,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain until ${what}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}
