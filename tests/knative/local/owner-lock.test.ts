import { spawn } from 'node:child_process'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { tryLock } from '../../../knative/local/owner-lock.mjs'
import { ownFolder } from '../../support/private-engines.ts'

const MODULE = fileURLToPath(new URL('../../../knative/local/owner-lock.mjs', import.meta.url))
// No process has this id: the highest there can be is 4,194,304.
const DEAD = 4_194_305

let folder: string
let file: string

beforeEach(async () => {
  folder = await ownFolder('lock')
  file = join(folder, 'lock')
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

test('a lock is refused with its owner until it is released', async () => {
  const first = tryLock(file)
  expect(tryLock(file)).toEqual({ owner: process.pid })
  if ('release' in first) first.release()
  expect(tryLock(file)).toHaveProperty('release')
  expect(await readdir(folder)).toEqual(['lock'])
})

test('the lock of a dead process is taken over', async () => {
  await writeFile(file, `${DEAD} 1`)
  expect(tryLock(file)).toHaveProperty('release')
})

test('the lock of a dead process is not mistaken for that of the process that has its id now', async () => {
  await writeFile(file, `${process.pid} 1`)
  expect(tryLock(file)).toHaveProperty('release')
})

test('of many that find a dead owner at once exactly one gets the lock', async () => {
  await writeFile(file, `${DEAD} 1`)
  const program = `
    const { tryLock } = await import(${JSON.stringify(MODULE)})
    // All are loaded by then and begin together.
    while (Date.now() < ${Date.now() + 1_500}) {}
    console.log('release' in tryLock(${JSON.stringify(file)}) ? 'mine' : 'taken')
    process.stdin.resume()`
  const rivals = Array.from({ length: 8 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  const answers = rivals.map(
    rival => new Promise<string>(resolve => rival.stdout.once('data', data => resolve(`${data}`.trim()))),
  )
  // Each holds on to what it has until all have asked.
  const said = await Promise.all(answers)
  for (const rival of rivals) rival.stdin.end()
  expect(said.filter(answer => answer === 'mine')).toHaveLength(1)
})
