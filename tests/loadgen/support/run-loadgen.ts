import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const LOADGEN = fileURLToPath(new URL('../../../loadgen/', import.meta.url))

export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** Runs a command of `loadgen` as a process of its own, as npm does. */
export async function runLoadgen(file: string, args: readonly string[]): Promise<Ended> {
  const flags = ['--disable-warning=ExperimentalWarning', `${LOADGEN}${file}`, ...args]
  // Jest's own flags are not for this process.
  const child = spawn(process.execPath, flags, { env: { ...process.env, NODE_OPTIONS: '' } })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ])
  return { code, stdout, stderr }
}
