import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isAlive } from '../owner-lock.mjs'

const UNFINISHED = '.unfinished-'

/**
 * Makes the directory `path` with `fill` unless it is there, wholly or not at all: it is filled under another
 * name and renamed at the end, so a directory of that name is complete by its existence alone, and what a
 * crash or a full disk left half done is never taken for it. When two processes make it at once, the first
 * to finish wins and the other takes that one.
 */
export async function makeWhole(path: string, fill: (unfinished: string) => Promise<void>): Promise<void> {
  if (existsSync(path)) return
  mkdirSync(dirname(path), { recursive: true })
  removeAbandoned(path)
  const unfinished = `${path}${UNFINISHED}${process.pid}-${randomUUID()}`
  try {
    await fill(unfinished)
    renameSync(unfinished, path)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    // A directory cannot be renamed onto one that has files in it: another process was first.
    if (!existsSync(path)) throw error
  }
}

/** Removes what processes that are gone began and never finished. */
function removeAbandoned(path: string): void {
  const prefix = `${basename(path)}${UNFINISHED}`
  for (const name of readdirSync(dirname(path)).filter(found => found.startsWith(prefix))) {
    const maker = Number.parseInt(name.slice(prefix.length), 10)
    if (!isAlive(maker)) rmSync(join(dirname(path), name), { recursive: true, force: true })
  }
}
