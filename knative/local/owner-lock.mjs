/**
 * A lock file that names its owner, so that the lock of a process that died is not a lock. Plain JavaScript
 * without dependencies: the bootstrap needs it before anything is installed.
 */

import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Takes the lock, or says who has it.
 *
 * @param {string} file
 * @returns {{ owner: number } | { release: () => void }} the living owner's process id, or the lock
 */
export function tryLock(file) {
  mkdirSync(dirname(file), { recursive: true })
  const mine = `${process.pid} ${birthOf(process.pid)}`
  for (;;) {
    if (placeLock(file, mine)) return { release: () => releaseLock(file, mine) }
    const found = readLock(file)
    if (found === undefined) continue
    const [pid = 0, birth = ''] = found.split(' ')
    if (isAlive(Number(pid)) && birthOf(Number(pid)) === birth) return { owner: Number(pid) }
    removeStale(file, found)
  }
}

/**
 * Puts a lock file with all its content in place at once: a reader never sees half of it.
 *
 * @param {string} file
 * @param {string} content
 */
function placeLock(file, content) {
  const draft = `${file}.${randomUUID()}`
  writeFileSync(draft, content)
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft)
  }
}

/**
 * Moves a dead owner's lock out of the way. Another process may have done so meanwhile and hold the lock by
 * now, so what was moved is looked at and, if it is not the dead one, put back.
 *
 * @param {string} file
 * @param {string} stale
 */
function removeStale(file, stale) {
  const aside = `${file}.${randomUUID()}`
  try {
    renameSync(file, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  const moved = readLock(aside)
  if (moved !== undefined && moved !== stale) placeLock(file, moved)
  rmSync(aside, { force: true })
}

/**
 * @param {string} file
 * @param {string} mine
 */
function releaseLock(file, mine) {
  if (readLock(file) === mine) rmSync(file, { force: true })
}

/**
 * @param {string} file
 * @returns {string | undefined}
 */
function readLock(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Whether a process runs. One that ended and waits for its parent to notice has ended.
 *
 * @param {number} pid
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: somebody else's process, which is a living one.
    return codeOf(error) === 'EPERM'
  }
  return statusOf(pid)[0] !== 'Z'
}

/**
 * When a process was started, in the kernel's own count: a process id is used again, the pair never. Empty
 * where there is no /proc; then the process id has to do.
 *
 * @param {number} pid
 */
function birthOf(pid) {
  return statusOf(pid)[19] ?? ''
}

/**
 * The fields of /proc/PID/stat from the third on, the state; none where there is no /proc.
 *
 * @param {number} pid
 * @returns {string[]}
 */
function statusOf(pid) {
  try {
    // The second field is the program's name in brackets, which may itself hold spaces and brackets.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  } catch {
    return []
  }
}

/**
 * Not by `instanceof Error`: in Jest's own realm the file system's errors are of another.
 *
 * @param {unknown} error
 */
function codeOf(error) {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
