import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { TcpProxy } from '../../loadgen/chaos/tcp-proxy.ts'
import { until } from '../support/until.ts'

let server: Server
let proxy: TcpProxy
let clients: Socket[] = []
let accepted: Socket[] = []
beforeEach(async () => {
  // Answers what it is sent.
  server = createServer({ allowHalfOpen: true }, socket => {
    accepted.push(socket)
    socket.on('error', () => undefined)
    socket.pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  proxy = await TcpProxy.listen((server.address() as { port: number }).port)
})
afterEach(async () => {
  for (const socket of [...clients, ...accepted]) socket.destroy()
  await proxy.close()
  server.close()
  clients = []
  accepted = []
})

type Client = { readonly socket: Socket; readonly heard: () => string; readonly failure: () => string }

async function open(): Promise<Client> {
  const socket = connect(proxy.port, '127.0.0.1')
  clients.push(socket)
  let heard = ''
  let failure = ''
  socket.setEncoding('utf8').on('data', text => {
    heard += text
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    failure = error.code ?? ''
  })
  await once(socket, 'connect')
  return { socket, heard: () => heard, failure: () => failure }
}

test('hands everything on, both ways, whole and in order', async () => {
  const { socket, heard } = await open()
  const text = Array.from({ length: 200_000 }, (_, index) => `${index} `).join('')
  socket.end(text)
  await once(socket, 'end')
  expect(heard()).toBe(text)
  await until('nothing is left of it', () => proxy.connections === 0)
})

test('cuts every connection, and takes new ones', async () => {
  const first = await open()
  first.socket.write('a')
  await until('it is through', () => first.heard() === 'a')
  proxy.cut()
  await until('it is reset', () => first.failure() === 'ECONNRESET')
  await until('the engine has lost it too', () => accepted[0]?.destroyed === true)
  const second = await open()
  second.socket.write('b')
  await until('it is through', () => second.heard() === 'b')
})

test('refuses new connections until it is opened, and leaves those that are through', async () => {
  const { socket, heard } = await open()
  await proxy.refuse()
  await expect(open()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  socket.write('still')
  await until('it still answers', () => heard() === 'still')
  await proxy.open()
  await open()
})

test('delays what is sent, each way, and keeps its order', async () => {
  const { socket, heard } = await open()
  proxy.slow(60)
  const sentMs = performance.now()
  for (const letter of 'abc') socket.write(letter)
  await until('all has come back', () => heard() === 'abc')
  expect(performance.now() - sentMs).toBeGreaterThanOrEqual(119)
  proxy.slow(0)
})

test('lets nothing through while it is silent, no end either, and everything after', async () => {
  const before = await open()
  before.socket.write('a')
  await until('it is through', () => before.heard() === 'a')
  proxy.silence()
  before.socket.write('b')
  const meanwhile = await open()
  meanwhile.socket.write('c')
  const gone = await open()
  gone.socket.destroy()
  await until('the engine has all three', () => accepted.length === 3)
  // What goes round beside the proxy arrives, so that what goes through it could have.
  const beside = connect((server.address() as { port: number }).port, '127.0.0.1')
  clients.push(beside)
  beside.write('d')
  await once(beside, 'data')
  expect([before.heard(), meanwhile.heard(), accepted[2]?.destroyed]).toEqual(['a', '', false])
  proxy.resume()
  await until('what was sent has come', () => before.heard() === 'ab' && meanwhile.heard() === 'c')
  await until('the end has come', () => accepted[2]?.destroyed === true)
})
