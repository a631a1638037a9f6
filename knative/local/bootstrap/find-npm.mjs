import { existsSync } from 'node:fs'

/**
 * The npm that runs this script, or the one in the PATH when it was not npm.
 *
 * @returns {[string, ...string[]]}
 */
export function findNpm() {
  const running = process.env['npm_execpath'] ?? ''
  if (/npm-cli\.c?js$/.test(running) && existsSync(running)) return [process.execPath, running]
  return ['npm']
}
