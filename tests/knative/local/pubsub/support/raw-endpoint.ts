import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterTest } from './fixture.ts'

/** A push that arrived, on the connection that is to carry the answer. */
export type RawPush = {
  readonly socket: Socket
  /** Resolves when the connection is closed, by whichever side. */
  readonly closed: Promise<unknown>
  /** Sends these bytes and nothing else. */
  send(bytes: string): void
}

/** An endpoint that answers with whatever bytes a test gives it; it understands requests just enough to count them. */
export async function startRawEndpoint() {
  const arrived: RawPush[] = []
  const waiting: ((push: RawPush) => void)[] = []
  const open = new Set<Socket>()
  const server = createServer(socket => {
    open.add(socket)
    const closed = new Promise(resolve => socket.once('close', resolve))
    void closed.then(() => open.delete(socket))
    // Resets are what some tests are about.
    socket.on('error', () => {})
    let received = ''
    socket.on('data', chunk => {
      received += chunk.toString('latin1')
      const [whole, length] = /^.*?content-length: (\d+)\r\n.*?\r\n\r\n/is.exec(received) ?? []
      if (whole === undefined || received.length < whole.length + Number(length)) return
      received = received.slice(whole.length + Number(length))
      const push = { socket, closed, send: (bytes: string) => void socket.write(bytes, 'latin1') }
      const taker = waiting.shift()
      if (taker) taker(push)
      else arrived.push(push)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  afterTest(() => {
    for (const socket of open) socket.destroy()
    return new Promise(resolve => server.close(resolve))
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/push`,
    next(): Promise<RawPush> {
      const push = arrived.shift()
      return push ? Promise.resolve(push) : new Promise(resolve => waiting.push(resolve))
    },
    arrived: () => arrived.length,
    connections: () => open.size,
  }
}
