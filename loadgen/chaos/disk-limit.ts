import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { findPrograms, usualPlaces } from '../../knative/local/engines/find-program.ts'
import { findMysqlServer } from '../../knative/local/engines/mysql-server.ts'
import { type Surroundings, usualSurroundings } from '../../knative/local/engines/surroundings.ts'

/** A way to make the disk refuse what the database wants to write beyond the files it has. */
export type DiskLimit = {
  /** The database has to be started in these. */
  readonly surroundings: Surroundings
  /** Why there is no such way here; undefined where there is. */
  readonly missing: string | undefined
  /** From now on no file of the process may grow larger than the largest in the folder. */
  set(pid: number, folder: string): void
  lift(pid: number): void
}

/**
 * By a limit of the process (RLIMIT_FSIZE): it can be had without mounting anything, and changed from outside. Whoever exceeds it is
 * sent SIGXFSZ, and then the write fails; the database is started by a script that has it ignore the signal.
 */
export function diskLimit(folder: string): DiskLimit {
  const surroundings = usualSurroundings()
  const [prlimit] = findPrograms(['prlimit'], usualPlaces(surroundings.env))
  const server = findMysqlServer(surroundings.places)
  const set = (pid: number, bytes: string) =>
    execFileSync(prlimit ?? '', ['--pid', String(pid), `--fsize=${bytes}:`], { stdio: 'ignore' })
  const able = {
    set: (pid: number, data: string) => void set(pid, String(largestFile(data))),
    lift: (pid: number) => void set(pid, 'unlimited'),
  }
  if (prlimit === undefined || server === undefined) {
    const missing =
      prlimit === undefined ? 'no program prlimit' : 'the database is no process of this machine yet'
    return { surroundings, missing, ...able }
  }
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  const script = `#!/bin/sh\ntrap '' XFSZ\nexec ${server.path} "$@"\n`
  writeFileSync(join(bin, basename(server.path)), script, { mode: 0o755 })
  const { places } = surroundings
  const ours = { ...places, path: `${bin}:${places.path}` }
  return { surroundings: { ...surroundings, places: ours }, missing: undefined, ...able }
}

function largestFile(folder: string): number {
  const sizes = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0)
  return Math.max(...sizes)
}
