import { type ChildProcess, spawn } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { endOrphan } from '../../../../knative/local/engines/end-orphan.ts'
import { isAlive } from '../../../../knative/local/owner-lock.mjs'
import { ownFolder } from '../../../support/private-engines.ts'
import { until } from '../../../support/until.ts'
import { startParent } from './parent.ts'

let folder: string
let strays: number[]

beforeEach(async () => {
  folder = await ownFolder('parent')
  strays = []
})

afterEach(async () => {
  for (const pid of strays.filter(isAlive)) process.kill(pid, 'SIGKILL')
  await until('all are gone', () => !strays.some(isAlive))
  await rm(folder, { recursive: true, force: true })
})

test.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'the engines die with a parent ended by %s',
  async signal => {
    const parent = await startParent(folder)
    strays.push(parent.mysql, parent.redis)
    expect(strays.every(isAlive)).toBe(true)
    parent.process.kill(signal)
    await until('both engines are gone', () => !strays.some(isAlive))
  },
)

test('an engine is ended when its supervisor is killed', async () => {
  const parent = await startParent(folder)
  strays.push(parent.process.pid ?? 0, parent.mysql, parent.redis)
  process.kill(await supervisorOf('mysql'), 'SIGKILL')
  await until('the database is gone', () => !isAlive(parent.mysql))
  expect(isAlive(parent.redis)).toBe(true)
})

test('the next start ends an engine that outlived both its parent and its supervisor', async () => {
  const parent = await startParent(folder)
  strays.push(parent.mysql, parent.redis)
  // A stopped supervisor does not see its parent die, and then it dies itself.
  const supervisor = await supervisorOf('mysql')
  process.kill(supervisor, 'SIGSTOP')
  await kill(parent.process)
  process.kill(supervisor, 'SIGKILL')
  await until('the supervisor is gone', () => !isAlive(supervisor))
  expect(isAlive(parent.mysql)).toBe(true)

  const next = await startParent(folder)
  strays.push(next.process.pid ?? 0, next.mysql, next.redis)
  expect(isAlive(parent.mysql)).toBe(false)
  expect(isAlive(next.mysql)).toBe(true)
})

test('a second run in the same directory is refused with the process id of the first', async () => {
  const parent = await startParent(folder)
  strays.push(parent.process.pid ?? 0, parent.mysql, parent.redis)
  await expect(startParent(folder)).rejects.toThrow(
    `in use by another run of this project (process ${parent.process.pid})`,
  )
  expect(isAlive(parent.mysql)).toBe(true)
})

test('a stranger who has the process id of a dead engine by now is left alone', async () => {
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 60_000)'], { stdio: 'ignore' })
  strays.push(stranger.pid ?? 0)
  const pidFile = join(folder, 'pid')
  await writeFile(pidFile, `${stranger.pid} ${stranger.pid}`)
  await endOrphan(pidFile, join(folder, 'data'))
  expect(isAlive(stranger.pid ?? 0)).toBe(true)
  await expect(readFile(pidFile)).rejects.toThrow('ENOENT')
})

async function supervisorOf(engine: string): Promise<number> {
  const [, supervisor] = (await readFile(join(folder, engine, 'pid'), 'utf8')).split(' ')
  return Number(supervisor)
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await until('the parent is gone', () => child.exitCode !== null || child.signalCode !== null)
}
