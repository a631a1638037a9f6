import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningPubsub, startPubsub } from '../../knative/local/pubsub/index.ts'
import { requestToken, writeSigningKey } from '../../knative/local/pubsub-process.ts'

/** Pub/Sub in this process, which can go away and come back, empty, at the same addresses and with the same key. */
export type RestartablePubsub = {
  /** For keys; it goes with it. */
  readonly folder: string
  /** For PUBSUB_EMULATOR_HOST. */
  readonly host: string
  readonly issuer: string
  readonly jwksUrl: string
  token(audience: string, email?: string): Promise<string>
  stop(): Promise<void>
  startAgain(): Promise<void>
  /** Ends it for good. */
  remove(): Promise<void>
}

/** Starts it, and tells Google's client in this process where it is. */
export async function startRestartablePubsub(options: { pushBackoff: boolean }): Promise<RestartablePubsub> {
  const folder = await mkdtemp(join(tmpdir(), 'settle-key-'))
  const signingKeyFile = join(folder, 'key.json')
  await writeSigningKey(signingKeyFile)
  let pubsub: RunningPubsub = await startPubsub({ port: 0, adminPort: 0, signingKeyFile, ...options })
  const { host, adminUrl, issuer, jwksUrl } = pubsub
  process.env['PUBSUB_EMULATOR_HOST'] = host
  process.env['METADATA_SERVER_DETECTION'] = 'none'
  const [port = 0, adminPort = 0] = [host, adminUrl].map(address => Number(address.split(':').at(-1)))
  return {
    folder,
    host,
    issuer,
    jwksUrl,
    token: (audience, email) => requestToken(adminUrl, audience, email),
    stop: () => pubsub.close(),
    startAgain: async () => {
      pubsub = await startPubsub({ port, adminPort, signingKeyFile, ...options })
    },
    remove: async () => {
      await pubsub.close()
      await rm(folder, { recursive: true })
    },
  }
}
