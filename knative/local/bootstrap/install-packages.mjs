import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { tryLock } from '../owner-lock.mjs'
import { BootstrapError } from './bootstrap-error.mjs'
import { describeFailure } from './describe-failure.mjs'
import { findNpm } from './find-npm.mjs'
import { isInstalled, markInstalled } from './installed-mark.mjs'
import { passOnSignals } from './run-command.mjs'
import { showProgress } from './show-progress.mjs'

const LOOK_AGAIN_MS = 200

/**
 * Installs exactly what package-lock.json says, unless that is what is there. When another process is at it in
 * the same clone, waits for that one instead. Throws `BootstrapError` with npm's own words when npm fails.
 *
 * @param {string} root
 */
export async function installPackages(root) {
  if (isInstalled(root)) return
  const release = await takeTurn(root)
  try {
    if (!isInstalled(root)) await install(root)
  } finally {
    release()
  }
}

/**
 * Waits until no other process installs here. The lock lies outside node_modules, which npm removes first.
 *
 * @param {string} root
 */
async function takeTurn(root) {
  const file = join(root, '.local/install')
  for (let told = false; ; told = true) {
    const lock = tryLock(file)
    if ('release' in lock) return lock.release
    if (!told) process.stderr.write(`Process ${lock.owner} is installing the packages; waiting for it…\n`)
    await delay(LOOK_AGAIN_MS)
  }
}

/** @param {string} root */
async function install(root) {
  const done = showProgress('Installing packages')
  const { code, output } = await npmCi(root)
  done(code === 0)
  if (code !== 0) throw new BootstrapError(describeFailure(output))
  markInstalled(root)
}

/**
 * @param {string} root
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function npmCi(root) {
  const [program, ...first] = findNpm()
  const args = [...first, 'ci', '--no-audit', '--no-fund', '--no-progress']
  // Said aloud, because NODE_ENV=production or a personal npm configuration would leave them out.
  const include = ['--include=dev', '--include=optional', '--engine-strict=false']
  const child = spawn(program, [...args, ...include], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  passOnSignals(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', text => {
      output += text
    })
  }
  return new Promise((resolve, reject) => {
    child.on('error', error => reject(new BootstrapError(`Could not run npm: ${error.message}`)))
    child.on('close', code => resolve({ code, output }))
  })
}
