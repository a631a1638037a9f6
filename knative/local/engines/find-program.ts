import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where distributions put servers, which is often outside an ordinary user's PATH. */
const SERVER_DIRECTORIES: readonly string[] = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/libexec',
  '/usr/bin',
  '/usr/local/bin',
  '/opt/homebrew/bin',
]

/** Where to look for programs. */
export interface SearchPlaces {
  /** A PATH, as the environment has it. */
  readonly path: string
  /** Looked through after the PATH. */
  readonly directories: readonly string[]
}

/** The places of this process's environment, and those of servers. */
export function usualPlaces(env: NodeJS.ProcessEnv): SearchPlaces {
  return { path: env['PATH'] ?? '', directories: SERVER_DIRECTORIES }
}

/** Every executable file with one of these names, in order of preference: by name, then by place. */
export function findPrograms(names: readonly string[], places: SearchPlaces): string[] {
  const directories = [...places.path.split(delimiter).filter(Boolean), ...places.directories]
  const found = names
    .flatMap(name => directories.map(directory => join(directory, name)))
    .filter(isExecutable)
  return [...new Set(found)]
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
