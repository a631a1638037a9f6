import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const LOADGEN = fileURLToPath(new URL('../../../loadgen/', import.meta.url))

export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** Starts a command of `loadgen` that goes on until it is ended. */
export function startLoadgen(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcessByStdio<null, Readable, Readable> {
  const flags = ['--disable-warning=ExperimentalWarning', `${LOADGEN}${file}`, ...args]
  // Jest's own flags are not for this process.
  const its = { ...process.env, NODE_OPTIONS: '', ...env }
  return spawn(process.execPath, flags, { env: its, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Runs a command of `loadgen` as a process of its own, as npm does. */
export async function runLoadgen(file: string, args: readonly string[]): Promise<Ended> {
  const child = startLoadgen(file, args)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ])
  return { code, stdout, stderr }
}
