import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { findPrograms } from './find-program.ts'
import type { Surroundings } from './surroundings.ts'

const ATTEMPTS = 30
const RETRY_AFTER_MS = 2_000
const TAIL_LINES = 8

/** `apt-get`, if this process may install with it: it is there, and this is root. */
export function findApt({ places, isRoot }: Surroundings): string | undefined {
  if (!isRoot) return undefined
  return findPrograms(['apt-get'], { path: places.path, directories: [] })[0]
}

/**
 * Installs the packages, fetching the lists of packages first when the ones here are missing or stale. Waits
 * for another apt to finish, ten minutes at most: the two engines are installed one after the other.
 * Throws with the end of apt's own output.
 */
export async function aptInstall(
  apt: string,
  packages: readonly string[],
  surroundings: Surroundings,
): Promise<void> {
  surroundings.report(`Installing ${packages.join(' and ')} with apt-get…`)
  const install = ['install', '--yes', '--no-install-recommends', ...packages]
  const first = await runApt(apt, install, surroundings)
  if (first.code === 0) return
  await runApt(apt, ['update'], surroundings)
  const second = await runApt(apt, install, surroundings)
  if (second.code === 0) return
  const tail = second.output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n')
  throw new Error(`apt-get could not install ${packages.join(' and ')} (exit code ${second.code}):\n${tail}`)
}

interface Outcome {
  readonly code: number | null
  readonly output: string
}

async function runApt(apt: string, args: readonly string[], { env }: Surroundings): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await runOnce(apt, args, env)
    // apt-get waits by itself for the lock of dpkg only, not for that of the package lists.
    if (!outcome.output.includes('Could not get lock') || attempt === ATTEMPTS) return outcome
    await delay(RETRY_AFTER_MS)
  }
}

async function runOnce(apt: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  const child = spawn(apt, ['-o', 'DPkg::Lock::Timeout=600', ...args], {
    // Without a terminal no package may ask a question; messages in English are recognised above.
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = Promise.withResolvers<number | null>()
  child.on('error', ended.reject)
  child.on('close', ended.resolve)
  const [code, out, err] = await Promise.all([ended.promise, text(child.stdout), text(child.stderr)])
  return { code, output: `${out}\n${err}` }
}
