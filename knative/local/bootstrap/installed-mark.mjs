import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// Inside node_modules, which npm removes before it installs: what was left half done carries no mark.
const MARK = 'node_modules/.settle-installed'
// npm writes this list of what it has put in place as the last thing of an installation.
const NPM_LIST = 'node_modules/.package-lock.json'

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, peer?: boolean }} LockedPackage */

/**
 * Whether node_modules is what package-lock.json says: it carries our mark for this very lock file, or npm's
 * own list agrees with it, as after an `npm ci` by hand.
 *
 * @param {string} root
 */
export function isInstalled(root) {
  if (read(root, MARK) === fingerprint(root)) return true
  if (!npmListAgrees(root)) return false
  markInstalled(root)
  return true
}

/**
 * Records that the packages of the present lock file are in place.
 *
 * @param {string} root
 */
export function markInstalled(root) {
  writeFileSync(join(root, MARK), fingerprint(root))
}

/**
 * Of the lock file and of the system: optional packages differ from one to another.
 *
 * @param {string} root
 */
function fingerprint(root) {
  const lock = read(root, 'package-lock.json') ?? ''
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}`
}

/** @param {string} root */
function npmListAgrees(root) {
  const installed = packagesIn(root, NPM_LIST)
  const locked = packagesIn(root, 'package-lock.json')
  if (installed === undefined || locked === undefined) return false
  return Object.entries(locked).every(([path, wanted]) => {
    const found = installed[path]
    if (found === undefined) return path === '' || wanted.optional === true || wanted.peer === true
    return found.version === wanted.version && found.integrity === wanted.integrity
  })
}

/**
 * @param {string} root
 * @param {string} file
 * @returns {Record<string, LockedPackage> | undefined}
 */
function packagesIn(root, file) {
  const text = read(root, file)
  return text === undefined ? undefined : JSON.parse(text).packages
}

/**
 * @param {string} root
 * @param {string} file
 */
function read(root, file) {
  try {
    return readFileSync(join(root, file), 'utf8')
  } catch {
    return undefined
  }
}
