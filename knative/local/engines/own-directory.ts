import { join } from 'node:path'
import { tryLock } from '../owner-lock.mjs'

/**
 * Makes this process the only one that uses a data directory, until the function returned is called or the
 * process ends. Throws with the other's process id when the directory is taken.
 */
export function ownDirectory(directory: string): () => void {
  const lock = tryLock(join(directory, 'owner'))
  if ('release' in lock) return lock.release
  throw new Error(
    `${directory} is in use by another run of this project (process ${lock.owner}). Stop that one first, or start this one from another clone.`,
  )
}
