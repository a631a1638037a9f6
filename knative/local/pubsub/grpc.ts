import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import {
  type handleBidiStreamingCall,
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServiceDefinition,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { fromJSON } from '@grpc/proto-loader'
import { encodeStatus } from './error-info.ts'
import { ServiceError } from './service-error.ts'

// Above the 10 MB a publish request may have, so that the limit is answered with the service's own status.
const MAX_REQUEST_BYTES = 32 * 1024 * 1024

// Details may quote the request, and travel in a header block that the other side bounds.
const MAX_DETAILS = 1_024

export type RunningGrpc = { readonly port: number; close(): Promise<void> }

/** Serves both services in plain text. Rejects when the port is taken. */
export async function serveGrpc(
  address: { host: string; port: number },
  publisher: UntypedServiceImplementation,
  subscriber: UntypedServiceImplementation,
): Promise<RunningGrpc> {
  const server = new Server({
    'grpc.max_receive_message_length': MAX_REQUEST_BYTES,
    'grpc.max_send_message_length': -1,
  })
  const { publisherService, subscriberService } = loadServices()
  server.addService(publisherService, publisher)
  server.addService(subscriberService, subscriber)
  const port = await new Promise<number>((resolve, reject) => {
    const bound = (error: Error | null, boundPort: number) => (error ? reject(error) : resolve(boundPort))
    server.bindAsync(`${address.host}:${address.port}`, ServerCredentials.createInsecure(), bound)
  })
  const close = () =>
    new Promise<void>(resolve => {
      server.tryShutdown(() => resolve())
      // Streaming pulls never end by themselves.
      server.forceShutdown()
    })
  return { port, close }
}

/** A handler from a function that returns or throws; `onCancelled` registers what to do when the caller gives up. */
export function unary<Request, Response>(
  answer: (request: Request, onCancelled: (action: () => void) => void) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return async (call, callback) => {
    try {
      callback(null, await answer(call.request, action => call.on('cancelled', action)))
    } catch (error) {
      callback(toStatus(error))
    }
  }
}

/** What takes the requests of one stream after the first. */
export interface StreamSession<Request> {
  onRequest(request: Request): void
  stop(): void
}

/** A handler from a function that opens a session on a stream's first request; what either throws ends the stream. */
export function bidi<Request, Response>(
  open: (call: ServerDuplexStream<Request, Response>, first: Request) => StreamSession<Request>,
): handleBidiStreamingCall<Request, Response> {
  return call => {
    let session: StreamSession<Request> | undefined
    let ended = false
    const stop = () => {
      ended = true
      session?.stop()
    }
    call.on('data', (request: Request) => {
      if (ended) return
      try {
        if (session) session.onRequest(request)
        else session = open(call, request)
      } catch (error) {
        call.emit('error', toStatus(error))
      }
    })
    call.on('end', () => {
      stop()
      call.end()
    })
    call.on('error', stop)
    call.on('cancelled', stop)
  }
}

function toStatus(error: unknown): { code: status; details: string; metadata?: Metadata } {
  if (error instanceof ServiceError) {
    const { code, info } = error
    // Half of a surrogate pair cannot be sent, and grpc-js throws where nothing catches it.
    const details = error.details.slice(0, MAX_DETAILS).toWellFormed()
    if (info === undefined) return { code, details }
    const metadata = new Metadata()
    metadata.set('grpc-status-details-bin', encodeStatus(code, details, info))
    return { code, details, metadata }
  }
  // A fault of the emulator: shown to whoever runs it, while the other calls go on.
  console.error(error)
  return { code: status.INTERNAL, details: 'The emulator failed; its log has the error.' }
}

function loadServices(): { publisherService: ServiceDefinition; subscriberService: ServiceDefinition } {
  // The client's own copy of the API, so that both sides always speak the same version.
  const file = createRequire(import.meta.url).resolve('@google-cloud/pubsub/build/protos/protos.json')
  const definition = fromJSON(JSON.parse(readFileSync(file, 'utf8')), {
    longs: Number,
    enums: String,
    defaults: true,
    oneofs: true,
  })
  return {
    publisherService: definition['google.pubsub.v1.Publisher'] as ServiceDefinition,
    subscriberService: definition['google.pubsub.v1.Subscriber'] as ServiceDefinition,
  }
}
