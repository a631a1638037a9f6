import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { join } from 'node:path'

/** Does the work, and writes where this process spent its time; without a folder it only does the work. */
export async function profiled<T>(
  folder: string | undefined,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  if (folder === undefined) return await work()
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
  try {
    return await work()
  } finally {
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${name}.cpuprofile`), JSON.stringify(profile))
  }
}

/** Has the Node processes that are started meanwhile write profiles when they end. */
export async function startProfiled<T>(folder: string | undefined, start: () => Promise<T>): Promise<T> {
  if (folder === undefined) return await start()
  mkdirSync(folder, { recursive: true })
  const { NODE_OPTIONS: before } = process.env
  process.env['NODE_OPTIONS'] = `${before ?? ''} --cpu-prof --cpu-prof-dir=${JSON.stringify(folder)}`
  try {
    return await start()
  } finally {
    if (before === undefined) delete process.env['NODE_OPTIONS']
    else process.env['NODE_OPTIONS'] = before
  }
}

/** Names what processes wrote for what they were, by their ids. */
export function nameProfiles(folder: string, names: ReadonlyMap<number, string>, others: string): void {
  for (const file of readdirSync(folder)) {
    const pid = /^CPU\.\d+\.\d+\.(\d+)\./.exec(file)?.[1]
    if (pid === undefined) continue
    renameSync(join(folder, file), join(folder, `${names.get(Number(pid)) ?? `${others}-${pid}`}.cpuprofile`))
  }
}
