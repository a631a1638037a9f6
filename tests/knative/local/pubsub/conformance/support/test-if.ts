import { test } from '@jest/globals'

/** A test that is reported as skipped, with the reason in its name, where it is not possible. */
export function testIf(possible: boolean, reason: string) {
  return (name: string, run: () => Promise<void>, limitMs: number): void => {
    if (possible) test(name, run, limitMs)
    else test.skip(`${name} (${reason})`, run)
  }
}
