import { rm } from 'node:fs/promises'
import { takeShared } from './shared-engines.ts'

/** Stops the engines of the test run and removes their data. */
async function stopAfterAllTests(): Promise<void> {
  const shared = takeShared()
  if (shared === undefined) return
  await shared.engines.close()
  // With --watch the next run is in this same process, and must not take them for the caller's own.
  for (const name of shared.variables) delete process.env[name]
  await rm(shared.directory, { recursive: true, force: true })
}

// biome-ignore lint/style/noDefaultExport: Jest takes the teardown from the default export.
export default stopAfterAllTests
