import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { BootstrapError } from './bootstrap-error.mjs'

/**
 * Runs a program in place of this process, as far as anyone outside can tell: same terminal, same signals,
 * same exit code.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<number>} the exit code; 128 and the signal's number for a program that a signal ended
 */
export function runCommand(program, args, cwd) {
  const child = spawn(program, args, { cwd, stdio: 'inherit' })
  passOnSignals(child)
  return new Promise((resolve, reject) => {
    child.on('error', error => reject(new BootstrapError(`Could not run ${program}: ${error.message}`)))
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}

/**
 * Passes SIGTERM and SIGINT on to the child, each once: npm repeats what the terminal sends, and to many
 * programs a second signal means "do not clean up, go". Ctrl-C in a terminal has reached the child already,
 * as it reaches every process of the group. Having a listener keeps this process alive to see the child end.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
export function passOnSignals(child) {
  let terminated = false
  let interrupted = process.stdin.isTTY === true
  process.on('SIGTERM', () => {
    if (!terminated) child.kill('SIGTERM')
    terminated = true
  })
  process.on('SIGINT', () => {
    if (!interrupted) child.kill('SIGINT')
    interrupted = true
  })
}
