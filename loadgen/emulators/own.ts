import { fileURLToPath } from 'node:url'
import { type RunningEmulator, startEmulator } from './running-emulator.ts'

const MAIN = fileURLToPath(new URL('../../knative/local/pubsub/main.ts', import.meta.url))

/** Starts our emulator as `npm run pubsub` does, on a free port; the flags are Node's own, such as `--cpu-prof`. */
export function startOwnEmulator(nodeFlags: readonly string[] = []): Promise<RunningEmulator> {
  return startEmulator({
    name: 'The Pub/Sub emulator',
    command: process.execPath,
    args: port => ['--disable-warning=ExperimentalWarning', ...nodeFlags, MAIN, '--port', `${port}`],
  })
}
