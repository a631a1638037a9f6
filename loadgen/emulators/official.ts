import { readdir, readFile, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { findPrograms } from '../../knative/local/engines/find-program.ts'
import { type RunningEmulator, startEmulator } from './running-emulator.ts'

/** Where an SDK keeps the emulator, and what it says about it. */
const FOLDER = 'platform/pubsub-emulator'
const MANIFEST = '.install/pubsub-emulator.snapshot.json'
const JAR = /^cloud-pubsub-emulator-(.+?)(-all)?\.jar$/

/**
 * The jar of Google's own emulator: of $PUBSUB_OFFICIAL_EMULATOR (the jar, its start script or its folder) if that is
 * set, else of the SDK that `gcloud` on the PATH belongs to. Undefined when it is not installed, or `java` is not.
 */
export async function findOfficialEmulator(
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const programs = { path: env['PATH'] ?? '', directories: [] }
  if (findPrograms(['java'], programs).length === 0) return undefined
  const given = env['PUBSUB_OFFICIAL_EMULATOR']
  if (given) return await jarOf(given)
  const [gcloud] = findPrograms(['gcloud'], programs)
  // The link is followed, because asking gcloud for its root takes it a second.
  return gcloud && (await jarOf(join(dirname(await realpath(gcloud)), '..', FOLDER)))
}

/**
 * Starts it on a free port, with a temporary directory that is removed again; it accepts calls when the promise resolves,
 * and cannot outlive this process. Rejects with the end of its output when it does not start.
 */
export function startOfficialEmulator(jar: string): Promise<RunningEmulator> {
  return startEmulator({
    name: 'The official Pub/Sub emulator',
    // Not its start script, which would stand between us and the process to end.
    command: 'java',
    // It keeps its messages in memory; the directory takes the libraries that it unpacks.
    args: (port, directory) => [
      ...[`-Djava.io.tmpdir=${directory}`, '-jar', jar],
      ...['--host=127.0.0.1', `--port=${port}`],
    ],
  })
}

/** Such as 0.8.20: what the SDK's manifest says, else the name of the jar. */
export async function officialEmulatorVersion(jar: string): Promise<string> {
  const manifest = join(dirname(jar), '../../..', MANIFEST)
  try {
    const { components } = JSON.parse(await readFile(manifest, 'utf8')) as Manifest
    const emulator = components.find(({ id }) => id === 'pubsub-emulator')
    if (emulator) return emulator.version.version_string
  } catch {
    // A jar by itself has no manifest.
  }
  return JAR.exec(basename(jar))?.[1] ?? 'of unknown version'
}

type Manifest = {
  readonly components: readonly {
    readonly id: string
    readonly version: { readonly version_string: string }
  }[]
}

/** The jar at, or belonging to, a path that may not exist. */
async function jarOf(path: string): Promise<string | undefined> {
  const place = await realpath(path).catch(() => undefined)
  if (place === undefined) return undefined
  if (place.endsWith('.jar')) return place
  for (const folder of [place, join(place, 'lib'), join(dirname(place), '../lib')]) {
    const names = await readdir(folder).catch(() => [])
    const jar = names.find(name => JAR.test(name))
    if (jar !== undefined) return join(folder, jar)
  }
  return undefined
}
