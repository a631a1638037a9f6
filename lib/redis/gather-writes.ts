import type { Socket } from 'node:net'

/**
 * Has the socket send what is written to it in one turn of the event loop at once, as one write: half the processor at 16
 * requests at once. ioredis can do it too, by auto-pipelining, but what that leaves behind makes the garbage collector's work
 * a fifth of the processor.
 */
export function gatherWrites(socket: Socket): void {
  const write: (...args: never[]) => boolean = socket.write.bind(socket)
  let isGathering = false
  socket.write = (...args: never[]) => {
    if (!isGathering) {
      isGathering = true
      socket.cork()
      setImmediate(() => {
        isGathering = false
        socket.uncork()
      })
    }
    return write(...args)
  }
}
