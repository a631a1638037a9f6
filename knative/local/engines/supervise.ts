/**
 * Runs one engine and ends it when the parent is gone. The parent may die without a chance to clean up
 * (SIGKILL, out of memory), so this process watches the channel between them: the kernel closes it however
 * the parent dies. It is the leader of a session of its own, so Ctrl-C in a terminal reaches the parent first
 * and the database outlives the functions that are still finishing their work.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { openSync, rmSync, writeFileSync } from 'node:fs'
import type { Exit } from './engine.ts'
import type { Launch } from './launch.ts'

/** What the supervisor tells its parent. */
export type Report = { readonly pid: number } | { readonly failed: string } | { readonly exit: Exit }

// An orderly shutdown writes the buffer pool back; measured under 1 s here, so 15 s is for a slow disk.
const SHUTDOWN_LIMIT_MS = 15_000

function tellParent(report: Report): void {
  if (process.connected) process.send?.(report, undefined, undefined, () => {})
}

function end(engine: ChildProcess, launch: Launch): void {
  engine.kill('SIGTERM')
  setTimeout(() => {
    engine.kill('SIGKILL')
    const [command, ...args] = launch.killCommand ?? []
    if (command !== undefined) spawnSync(command, args, { stdio: 'ignore' })
  }, SHUTDOWN_LIMIT_MS).unref()
}

function supervise(launch: Launch): void {
  const log = openSync(launch.log, 'a')
  const engine = spawn(launch.command, launch.args, {
    stdio: ['ignore', log, log],
    ...(launch.argv0 === undefined ? {} : { argv0: launch.argv0 }),
  })
  engine.on('error', error => {
    tellParent({ failed: error.message })
    process.disconnect?.()
  })
  engine.on('spawn', () => {
    if (engine.pid === undefined) return
    writeFileSync(launch.pidFile, `${engine.pid} ${process.pid}`)
    tellParent({ pid: engine.pid })
  })
  engine.on('exit', (code, signal) => {
    rmSync(launch.pidFile, { force: true })
    tellParent({ exit: { code, signal } })
    if (process.connected) process.disconnect()
  })
  process.on('disconnect', () => end(engine, launch))
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => end(engine, launch))
}

supervise(JSON.parse(process.argv[2] ?? '{}'))
