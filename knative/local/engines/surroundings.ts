import { type SearchPlaces, usualPlaces } from './find-program.ts'

/** What finding and starting an engine depends on outside itself. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv
  readonly places: SearchPlaces
  /** Whether packages may be installed without asking. */
  readonly isRoot: boolean
  /** Told in one line about anything that takes more than a moment. */
  readonly report: (line: string) => void
}

/** This process's own environment, reporting to its error stream. */
export function usualSurroundings(env: NodeJS.ProcessEnv = process.env): Surroundings {
  return {
    env,
    places: usualPlaces(env),
    isRoot: process.getuid?.() === 0,
    report: line => process.stderr.write(`${line}\n`),
  }
}
