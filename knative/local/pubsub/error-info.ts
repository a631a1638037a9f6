import type { status } from '@grpc/grpc-js'
import { fromJSON, type MessageTypeDefinition } from '@grpc/proto-loader'

// From googleapis google/rpc/status.proto, google/rpc/error_details.proto and google/protobuf/any.proto: the parts needed.
const field = (type: string, id: number) => ({ type, id })
const stringMap = (id: number) => ({ keyType: 'string', type: 'string', id })
const messages = fromJSON({
  nested: {
    Any: { fields: { typeUrl: field('string', 1), value: field('bytes', 2) } },
    Status: {
      fields: {
        code: field('int32', 1),
        message: field('string', 2),
        details: { rule: 'repeated', type: 'Any', id: 3 },
      },
    },
    ErrorInfo: {
      fields: {
        reason: field('string', 1),
        domain: field('string', 2),
        metadata: stringMap(3),
      },
    },
  },
})

// A header block of more than 64 KiB is a broken connection to Node's HTTP/2, and base64 makes four bytes of three.
const MAX_METADATA_BYTES = 45_000

/** google.rpc.ErrorInfo: what a program can read of an error. */
export type ErrorInfo = { reason: string; metadata: Readonly<Record<string, string>> }

/** The value of the trailer `grpc-status-details-bin`. It repeats code and details, or clients do not believe it. */
export function encodeStatus(code: status, message: string, { reason, metadata }: ErrorInfo): Buffer {
  const info = { reason, domain: 'pubsub.googleapis.com', metadata: fitting(metadata) }
  const value = serialize('ErrorInfo', info)
  const details = [{ typeUrl: 'type.googleapis.com/google.rpc.ErrorInfo', value }]
  return serialize('Status', { code, message, details })
}

/** As many entries as fit. Of the ids it is not told of, a client believes that they were refused, which is safe. */
function fitting(metadata: Readonly<Record<string, string>>): Record<string, string> {
  let bytes = 0
  const kept = Object.entries(metadata).filter(([key, value]) => {
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value) + 8
    return bytes <= MAX_METADATA_BYTES
  })
  return Object.fromEntries(kept)
}

function serialize(type: 'Status' | 'ErrorInfo', message: object): Buffer {
  return (messages[type] as MessageTypeDefinition<object, object>).serialize(message)
}
