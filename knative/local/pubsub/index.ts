import { listenAdmin } from './admin.ts'
import { adminRoutes } from './admin-routes.ts'
import { type Clock, systemClock } from './clock.ts'
import { Faults } from './faults.ts'
import { serveGrpc } from './grpc.ts'
import { page } from './page.ts'
import { publisherHandlers } from './publisher.ts'
import { openConnections, sendPush } from './push-request.ts'
import { Store } from './store.ts'
import { subscriberHandlers } from './subscriber.ts'
import { createSigner, loadSigningKey } from './token.ts'

export type PubsubOptions = {
  /** For gRPC; 0 takes a free one. */
  port: number
  /** For the admin server; 0 takes a free one. */
  adminPort: number
  /** Where gRPC listens; 127.0.0.1 if unset. The admin server is on loopback always. */
  host?: string
  /** A private RSA key in JWK form; one is made if unset. */
  signingKeyFile?: string
  /** The `iss` of push tokens; the admin address if unset. */
  issuer?: string
  /** Push requests in flight at most, per subscription; 1,000 if unset. */
  maxPushWindow?: number
  /** False: the push window is at its maximum from the start and stays there. */
  pushSlowStart?: boolean
  /** False: nacks never stop a push subscription as a whole. */
  pushBackoff?: boolean
  clock?: Clock
}

export type RunningPubsub = {
  /** For PUBSUB_EMULATOR_HOST. */
  readonly host: string
  readonly adminUrl: string
  readonly issuer: string
  readonly jwksUrl: string
  /** What of the service's behaviour was switched off, in words. */
  readonly switchedOff: readonly string[]
  /** Ends every call, push, timer and connection; the messages are gone. */
  close(): Promise<void>
}

/** Starts an empty emulator; it accepts calls when the promise resolves. Rejects when a port is taken or the key is bad. */
export async function startPubsub(options: PubsubOptions): Promise<RunningPubsub> {
  const { port, adminPort, host = '127.0.0.1', maxPushWindow = 1_000, clock = systemClock } = options
  const key = await loadSigningKey(options.signingKeyFile)
  const admin = await listenAdmin(adminPort)
  const signer = await createSigner(key, options.issuer ?? admin.url, clock)
  const connections = openConnections(maxPushWindow)
  const store = new Store(clock, new Faults(clock), {
    send: (endpoint, payload, settle) => sendPush(endpoint, connections, payload, settle),
    signer,
    maxWindow: maxPushWindow,
    slowStart: options.pushSlowStart ?? true,
    backoff: options.pushBackoff ?? true,
  })
  admin.serve(adminRoutes(signer, store.faults, () => page(store)))
  const handlers = [publisherHandlers(store), subscriberHandlers(store)] as const
  const grpc = await serveGrpc({ host, port }, ...handlers).catch(async error => {
    await admin.close()
    throw error
  })
  return {
    host: `${host === '127.0.0.1' ? 'localhost' : host}:${grpc.port}`,
    adminUrl: admin.url,
    issuer: signer.issuer,
    jwksUrl: `${admin.url}/jwks`,
    switchedOff: page(store).switchedOff,
    async close() {
      store.close()
      connections.close()
      await Promise.all([grpc.close(), admin.close()])
    },
  }
}
