import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

// Below the ports that systems hand out to outgoing connections (32768 and up on Linux, 49152 on macOS), so that
// no such connection takes an engine's port while the engine is down between two starts.
const LOWEST = 20_000
const HIGHEST = 32_000
const ATTEMPTS = 50

/** A loopback port that nothing listens on at the moment. Throws when fifty at random are all taken. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST)
    if (await isFree(port)) return port
  }
  throw new Error(`No free port on 127.0.0.1 between ${LOWEST} and ${HIGHEST} (tried ${ATTEMPTS}).`)
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
