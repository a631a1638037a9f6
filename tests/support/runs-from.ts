/**
 * How often a property is tried, and from which seed; printed, so that a run can be repeated also when it succeeded.
 * PROPERTY_SEED and PROPERTY_PATH repeat what fast-check printed, PROPERTY_RUNS multiplies the runs.
 */
export function runsFrom(name: string, numRuns: number) {
  const { PROPERTY_SEED, PROPERTY_PATH, PROPERTY_RUNS } = process.env
  const seed = PROPERTY_SEED === undefined ? Date.now() % 2 ** 31 : Number(PROPERTY_SEED)
  const runs = numRuns * Number(PROPERTY_RUNS ?? 1)
  process.stderr.write(`${name}: ${runs} runs, PROPERTY_SEED=${seed}\n`)
  return { seed, numRuns: runs, ...(PROPERTY_PATH === undefined ? {} : { path: PROPERTY_PATH }) }
}
