import type { Engine } from './engine.ts'

/** An engine somebody else runs: its URL is used as it is, and nothing here ever starts or stops it. */
export function givenEngine(variable: string, url: string): Engine {
  const refuse = (): Promise<never> =>
    Promise.reject(new Error(`${variable} was given, so that engine is not ours to start or stop.`))
  return { url, version: `${variable} as given`, pid: undefined, start: refuse, stop: refuse, kill: refuse }
}
