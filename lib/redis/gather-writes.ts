import type { Socket } from 'node:net'

/**
 * Has the socket send what is written to it in one turn of the event loop at once, as one write: at 16 requests at
 * once it halves what Redis takes. ioredis can do it too, by auto-pipelining, but what that leaves behind for the garbage collector
 * makes a read a fifth dearer.
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
