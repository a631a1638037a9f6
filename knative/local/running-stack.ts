import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isAlive } from './owner-lock.mjs'

const FILE = fileURLToPath(new URL('../../.local/running-stack.json', import.meta.url))

/** Where `npm start` can be reached, for the commands that use it. */
export type RunningStack = {
  readonly url: string
  /** Where tokens for it are to be had. */
  readonly issuerUrl: string
  /** For PUBSUB_EMULATOR_HOST. */
  readonly pubsubHost: string
  readonly projectId: string
  /** The process of `npm start`. */
  readonly pid: number
}

/** Tells other commands of this clone where the stack is. */
export function announceStack(stack: RunningStack): void {
  writeFileSync(FILE, JSON.stringify(stack))
}

export function withdrawStack(): void {
  rmSync(FILE, { force: true })
}

/** Finds the stack that `npm start` runs in this clone; undefined if none does. */
export function findRunningStack(): RunningStack | undefined {
  try {
    const stack = JSON.parse(readFileSync(FILE, 'utf8')) as RunningStack
    return isAlive(stack.pid) ? stack : undefined
  } catch {
    return undefined
  }
}
