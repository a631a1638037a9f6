import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js'
import { StartFailure } from '../../knative/local/engines/start-failure.ts'
import { startOnFreePort } from '../../knative/local/engines/start-on-free-port.ts'
import { ExpectedError } from '../command/expected-error.ts'

/** A Pub/Sub emulator that runs as a process of its own, on loopback. */
export type RunningEmulator = {
  /** For PUBSUB_EMULATOR_HOST. */
  readonly host: string
  readonly pid: number
  /** Ends the process and removes its directory. */
  close(): Promise<void>
}

/** How an emulator is started; the program itself, because a script between would be ended in its place. */
export type EmulatorProgram = {
  /** Its name in messages. */
  readonly name: string
  readonly command: string
  /** The directory is the emulator's alone, and gone when it is. */
  readonly args: (port: number, directory: string) => readonly string[]
}

/**
 * Starts an emulator on a free port; it accepts calls when the promise resolves, and cannot outlive this process.
 * Rejects with the end of its output when it does not start.
 */
export async function startEmulator({ name, command, args }: EmulatorProgram): Promise<RunningEmulator> {
  const directory = await mkdtemp(join(tmpdir(), 'settle-emulator-'))
  const remove = () => rm(directory, { recursive: true, force: true })
  try {
    const engine = await startOnFreePort(port => ({
      name,
      url: `127.0.0.1:${port}`,
      launch: {
        command,
        args: args(port, directory),
        log: join(directory, 'log'),
        pidFile: join(directory, 'pid'),
        mark: directory,
      },
      probe: () => probe(`127.0.0.1:${port}`),
    }))
    const close = async () => {
      await engine.stop()
      await remove()
    }
    return { host: engine.url, pid: engine.pid ?? 0, close }
  } catch (error) {
    await remove()
    throw error instanceof StartFailure ? new ExpectedError(error.message, error) : error
  }
}

const PROBE_LIMIT_MS = 2_000
const NO_ANSWER: readonly (status | undefined)[] = [status.UNAVAILABLE, status.DEADLINE_EXCEEDED]

/** Asks for the topics of no project: any answer, a refusal too, says that calls are accepted. */
async function probe(host: string): Promise<string> {
  const client = new Client(host, credentials.createInsecure())
  const bytes = (message: Buffer) => message
  try {
    const error = await new Promise<ServiceError | null>(resolve => {
      const deadline = Date.now() + PROBE_LIMIT_MS
      const method = '/google.pubsub.v1.Publisher/ListTopics'
      client.makeUnaryRequest(method, bytes, bytes, Buffer.alloc(0), { deadline }, resolve)
    })
    if (error !== null && NO_ANSWER.includes(error.code)) throw error
    return 'google.pubsub.v1'
  } finally {
    client.close()
  }
}
