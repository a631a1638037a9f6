import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Answer, send } from '../../support/pipeline.ts'
import { until } from '../../support/until.ts'

const FIXTURE = fileURLToPath(new URL('../../support/fixtures/run-stray-function.ts', import.meta.url))

let child: ChildProcess
let url: string
let lines: string[]

async function start(...args: string[]): Promise<void> {
  child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', FIXTURE, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  lines = []
  if (child.stdout === null) throw new Error('no output')
  const output = createInterface(child.stdout)
  const [first] = (await once(output, 'line')) as [string]
  output.on('line', line => lines.push(line))
  url = `http://127.0.0.1:${(JSON.parse(first) as { port: number }).port}`
}

async function kill(): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

beforeEach(() => start())
afterEach(kill)

const get = (path: string): Promise<Answer> => send('GET', `${url}${path}`)

async function slowRequest(): Promise<Promise<Answer>[]> {
  const slow = get('/slow')
  await until('the slow request is in flight', async () => (await get('/waiting')).body['waiting'] === true)
  return [slow]
}

test.each(['/throws', '/rejects'])(
  'answers 500 without a stack trace when a handler %s, and goes on',
  async path => {
    const answer = await get(path)
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } })
    expect(JSON.stringify(answer.body)).not.toContain('secret')
    expect((await get('/healthz')).status).toBe(200)
  },
)

test.each(['/stray-rejection', '/stray-throw'])(
  'ends with 1 on %s, but first answers what is in flight, each with its own answer',
  async path => {
    const [slow] = await slowRequest()
    // On one connection: after the stray error no new one is taken.
    const other = get('/waiting')
    const stray = await get(path)
    expect(stray).toMatchObject({ status: 200, body: { answered: 'stray' } })
    expect((await other).status).toBe(200)
    await until('the error is logged', () => lines.some(line => line.includes('CRITICAL')))
    await until('no new connection is taken', async () => !(await takesConnections()))
    expect(child.exitCode).toBeNull()
    child.kill('SIGUSR2')
    expect(await slow).toMatchObject({ status: 200, body: { answered: 'slow' } })
    const [code] = await once(child, 'exit')
    expect(code).toBe(1)
  },
)

test('finishes what is in flight on SIGTERM, takes nothing new, closes and exits with 0', async () => {
  const [slow] = await slowRequest()
  child.kill('SIGTERM')
  await until('no new connection is taken', async () => !(await takesConnections()))
  expect(child.exitCode).toBeNull()
  child.kill('SIGUSR2')
  expect(await slow).toMatchObject({ status: 200, body: { answered: 'slow' } })
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
  expect(lines).toContain('closed')
})

test('finishes what a caller has begun that has gone, before it closes what that works with', async () => {
  const caller = connect(Number(new URL(url).port), '127.0.0.1')
  caller.write('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n')
  await until('it is at work', async () => (await get('/waiting')).body['waiting'] === true)
  caller.destroy()
  child.kill('SIGTERM')
  await until('no new connection is taken', async () => !(await takesConnections()))
  await until('it is ending', () => lines.some(line => line.includes('SIGTERM')))
  expect(lines).not.toContain('closed')
  child.kill('SIGUSR2')
  const [code] = await once(child, 'exit')
  expect([code, lines.includes('closed'), lines.includes('done')]).toEqual([0, true, true])
  expect(lines.indexOf('done')).toBeLessThan(lines.indexOf('closed'))
})

test('cuts off what is still in flight when its time to finish is over, says so, and exits with 1', async () => {
  await kill()
  await start('0.1')
  const [slow] = await slowRequest()
  const cut = expect(slow).rejects.toThrow()
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  expect([code, lines.includes('closed')]).toEqual([1, false])
  expect(lines.at(-1)).toContain('requests still in flight are cut off')
  await cut
})

test('makes no domain for a request', async () => {
  expect((await get('/domain')).body).toEqual({ domain: 'null' })
})

async function takesConnections(): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  return await new Promise(resolve => {
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
  }).then(taken => {
    socket.destroy()
    return taken === true
  })
}
