import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { gatherWrites } from '../../../lib/redis/gather-writes.ts'

let server: Server
let socket: Socket
let arrived: Socket

beforeEach(async () => {
  server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [other] = (await once(server, 'connection')) as [Socket]
  arrived = other.setEncoding('utf8')
  gatherWrites(socket)
})

afterEach(() => {
  socket.destroy()
  arrived.destroy()
  server.close()
})

test('sends what is written in one turn together, and what comes later later', async () => {
  for (const text of ['one', ' two', ' three']) socket.write(text)
  expect(socket.writableCorked).toBe(1)
  expect(await once(arrived, 'data')).toEqual(['one two three'])
  expect(socket.writableCorked).toBe(0)
  socket.write('four')
  expect(await once(arrived, 'data')).toEqual(['four'])
})

test('keeps the order, and tells each writer when its part is sent', async () => {
  const sent: string[] = []
  const write = (text: string) => socket.write(text, () => sent.push(text))
  write('one')
  write(' two')
  socket.end(' three')
  expect((await arrived.toArray()).join('')).toBe('one two three')
  expect(sent).toEqual(['one', ' two'])
})
