import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SearchPlaces } from '../../../../knative/local/engines/find-program.ts'
import type { Surroundings } from '../../../../knative/local/engines/surroundings.ts'

/** Puts an executable JavaScript program of this name in place of a real one, and returns where it is. */
export async function standIn(folder: string, name: string, program: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const file = join(folder, name)
  // CommonJS, since the file has no ending that says otherwise.
  await writeFile(`${file}.cjs`, program)
  await writeFile(file, `#!/bin/sh\nexec '${process.execPath}' '${file}.cjs' "$@"\n`)
  await chmod(file, 0o755)
  return file
}

/** A machine with nothing on it but what is in this folder. */
export function onlyIn(folder: string, more: Partial<Surroundings> = {}): Surroundings {
  const places: SearchPlaces = { path: folder, directories: [] }
  return { env: { PATH: folder }, places, isRoot: false, report: () => {}, ...more }
}
