import { afterAll, afterEach, beforeAll } from '@jest/globals'
import { type Console, openConsole } from './open-console.ts'

/*
 * One stack and one browser for all the cases that a test file brings in: they start and end with it. After each test all pages
 * are closed, and the test fails if one of them was not quiet.
 */
/** A browser may have to be installed first. */
const START_MILLISECONDS = 300_000

let opened: Console | undefined
beforeAll(async () => {
  opened = await openConsole()
}, START_MILLISECONDS)
afterEach(() => opened?.leave())
afterAll(() => opened?.close(), 60_000)

/** The console of this test file, once its tests run. */
export function desk(): Console {
  if (opened === undefined) throw new Error('the console is there when the tests run, not before')
  return opened
}
