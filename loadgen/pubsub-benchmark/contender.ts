import {
  findOfficialEmulator,
  officialEmulatorVersion,
  startOfficialEmulator,
} from '../emulators/official.ts'
import { startOwnEmulator } from '../emulators/own.ts'
import type { RunningEmulator } from '../emulators/running-emulator.ts'

/** An emulator to measure; every measurement starts a fresh process of it. */
export type Contender = {
  readonly name: string
  start(): Promise<RunningEmulator>
}

/** Ours first; Google's only where it is installed. */
export async function findContenders(cpuProf: string | undefined): Promise<readonly Contender[]> {
  const nodeFlags = cpuProf === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${cpuProf}`]
  const own: Contender = { name: 'ours', start: () => startOwnEmulator(nodeFlags) }
  const jar = await findOfficialEmulator()
  if (jar === undefined) return [own]
  const name = `official ${await officialEmulatorVersion(jar)}`
  return [own, { name, start: () => startOfficialEmulator(jar) }]
}
