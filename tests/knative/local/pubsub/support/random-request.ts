import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fromJSON, type ServiceDefinition } from '@grpc/proto-loader'
import fc, { type Arbitrary } from 'fast-check'

type Field = { name: string; number: number; type: string; label: string; typeName: string }
type Descriptor = { name: string; field: Field[]; nestedType: Descriptor[] }

const file = createRequire(import.meta.url).resolve('@google-cloud/pubsub/build/protos/protos.json')
const definition = fromJSON(JSON.parse(readFileSync(file, 'utf8')))

const messages = new Map<string, Descriptor>()
for (const part of Object.values(definition)) {
  if ('type' in part && 'field' in part.type) indexMessages(part.type as unknown as Descriptor)
}

function indexMessages(descriptor: Descriptor): void {
  messages.set(descriptor.name, descriptor)
  for (const nested of descriptor.nestedType) indexMessages(nested)
}

/** Every method of both services that the emulator has, with the message it takes. */
export const METHODS = ['Publisher', 'Subscriber'].flatMap(service =>
  Object.values(definition[`google.pubsub.v1.${service}`] as ServiceDefinition)
    .filter(({ path }) => !path.includes('Snapshot'))
    .map(({ path, requestType }) => ({ path, request: requestType.type as unknown as Descriptor })),
)

export const TOPIC = 'projects/settle/topics/pending'
export const SUBSCRIPTION = 'projects/settle/subscriptions/worker'

// Most of what a field gets is what it may well hold, or every request would be refused at its first field.
const PLAUSIBLE: Record<string, string[]> = {
  'Topic.name': [TOPIC, 'projects/settle/topics/other'],
  'Subscription.name': [SUBSCRIPTION, 'projects/settle/subscriptions/other', ''],
  topic: [TOPIC, TOPIC, 'projects/settle/topics/other', '_deleted-topic_'],
  deadLetterTopic: [TOPIC, 'projects/settle/topics/other'],
  subscription: [SUBSCRIPTION, SUBSCRIPTION, 'projects/settle/subscriptions/other'],
  project: ['projects/settle'],
  pushEndpoint: [
    'http://127.0.0.1:9/',
    'https://127.0.0.1:9/',
    'http://%@127.0.0.1:9/',
    'http://[::1]:9/',
    '',
  ],
  filter: ['', 'attributes:a', 'attributes.a = "b"', '((((', '\\'],
  serviceAccountEmail: ['a@b'],
  paths: [
    ...['push_config', 'push_config.push_endpoint', 'push_config.oidc_token.audience', 'labels'],
    ...['retry_policy.minimum_backoff', 'retry_policy.maximum_backoff.seconds', 'expiration_policy.ttl'],
    ...['dead_letter_policy', 'dead_letter_policy.max_delivery_attempts', 'message_retention_duration'],
    ...[
      'ack_deadline_seconds',
      'ack_deadline_seconds.x',
      'enable_exactly_once_delivery',
      'name',
      '__proto__',
    ],
    ...[
      'retain_acked_messages',
      'message_transforms',
      'bigquery_config.table',
      'push_config.no_wrapper',
      '..',
    ],
  ],
  orderingKey: ['', 'a'],
  key: ['a', 'x-goog-version', '__proto__', 'Host', ''],
  value: ['', 'v1', 'b'],
  ackIds: ['0123456789abcdef-1'],
  pageToken: [''],
  snapshot: [''],
  clientId: ['a'],
}

const PLAUSIBLE_NUMBERS: Record<string, bigint[]> = {
  ackDeadlineSeconds: [0n, 10n, 600n],
  streamAckDeadlineSeconds: [10n, 600n],
  modifyDeadlineSeconds: [0n, 10n],
  maxMessages: [1n, 1_000n],
  pageSize: [0n, 10n],
  maxDeliveryAttempts: [0n, 5n, 100n],
  seconds: [10n, 600n, 86_400n, 2_678_400n],
  nanos: [0n, 1n],
}
// Without them nothing is done, and with these nothing either: refused as unsupported.
const NEEDED = new Set([
  'name',
  'topic',
  'subscription',
  'project',
  'updateMask',
  'paths',
  'data',
  'ackIds',
  'maxMessages',
])
const UNSUPPORTED = /Config$|Settings$|Transforms$/
const NUMBERS = [0n, 1n, -1n, 5n, 10n, 600n, 601n, 86_400n, 2_678_400n, 999_999_999n]
const NOTHING = fc.constant(Buffer.alloc(0))
const EXTREMES = [2n ** 31n - 1n, -(2n ** 31n), 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n), 253_402_300_800n]

/** The bytes of a request: mostly of the right type, in part, sometimes absurdly large, now and then of a wrong type. */
export function randomRequest(descriptor: Descriptor): Arbitrary<Buffer> {
  const stray = fc.oneof({ weight: 1, arbitrary: strayBytes() }, { weight: 29, arbitrary: NOTHING })
  return fc.tuple(messageBytes(descriptor, 0), stray).map(Buffer.concat)
}

function messageBytes(descriptor: Descriptor, depth: number): Arbitrary<Buffer> {
  const fields = descriptor.field.map(field => {
    const bytes = fieldBytes(field, descriptor.name, depth)
    return fc.oneof(
      { weight: shareOf(field), arbitrary: bytes },
      { weight: 20 - shareOf(field), arbitrary: NOTHING },
    )
  })
  return fc.tuple(...fields).map(Buffer.concat)
}

/** In how many of twenty messages the field is set. */
function shareOf({ name }: Field): number {
  if (NEEDED.has(name)) return 19
  return UNSUPPORTED.test(name) && name !== 'pushConfig' ? 1 : 6
}

function fieldBytes(field: Field, message: string, depth: number): Arbitrary<Buffer> {
  const one = valueBytes(field, message, depth).map(bytes => Buffer.concat([varint(tagOf(field)), bytes]))
  if (field.label !== 'LABEL_REPEATED') return one
  const few = fc.array(one, { maxLength: 3 }).map(Buffer.concat)
  const many = fc.tuple(one, fc.constantFrom(101, 1_001, 3_000)).map(([bytes, count]) => repeat(bytes, count))
  return fc.oneof({ weight: 19, arbitrary: few }, { weight: 1, arbitrary: many })
}

function repeat(bytes: Buffer, count: number): Buffer {
  // Repeated nested messages of some size would be gigabytes.
  return Buffer.concat(Array.from({ length: bytes.length > 1_000 ? 3 : count }, () => bytes))
}

function tagOf({ number, type }: Field): bigint {
  const wireType = { TYPE_DOUBLE: 1, TYPE_STRING: 2, TYPE_BYTES: 2, TYPE_MESSAGE: 2 }[type] ?? 0
  return BigInt(number * 8 + wireType)
}

function valueBytes({ name, type, typeName }: Field, message: string, depth: number): Arbitrary<Buffer> {
  if (type === 'TYPE_STRING')
    return stringBytes(PLAUSIBLE[`${message}.${name}`] ?? PLAUSIBLE[name]).map(delimited)
  if (type === 'TYPE_BYTES')
    return fc.uint8Array({ maxLength: 20 }).map(bytes => delimited(Buffer.from(bytes)))
  if (type === 'TYPE_DOUBLE')
    return fc.uint8Array({ minLength: 8, maxLength: 8 }).map(bytes => Buffer.from(bytes))
  if (type === 'TYPE_MESSAGE') {
    const descriptor = messages.get(typeName.split('.').at(-1) ?? '')
    if (descriptor === undefined || depth > 4) return fc.constant(delimited(Buffer.alloc(0)))
    return fc.oneof(messageBytes(descriptor, depth + 1), fc.constant(Buffer.alloc(0))).map(delimited)
  }
  if (type === 'TYPE_BOOL') return fc.constantFrom(varint(0n), varint(1n))
  const anything = fc.constantFrom(...NUMBERS, ...NUMBERS, ...EXTREMES)
  const likely = PLAUSIBLE_NUMBERS[name]
  if (likely === undefined) return anything.map(varint)
  const number = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...likely) },
    { weight: 1, arbitrary: anything },
  )
  return number.map(varint)
}

function stringBytes(plausible: string[] | undefined): Arbitrary<Buffer> {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }).map(text => Buffer.from(text)),
    // Not UTF-8: half of a surrogate pair, an overlong zero, a cut-off letter, what never occurs.
    fc.constantFrom('eda080', 'c080', 'e282', 'ff').map(hex => Buffer.from(hex, 'hex')),
    fc.constantFrom('x'.repeat(1_025), 'é'.repeat(70_000), '\0', '\r\n').map(text => Buffer.from(text)),
  )
  if (plausible === undefined) return anything
  const likely = fc.constantFrom(...plausible).map(text => Buffer.from(text))
  return fc.oneof({ weight: 9, arbitrary: likely }, { weight: 1, arbitrary: anything })
}

/** A field that may be unknown, of another type than declared, or cut off. */
function strayBytes(): Arbitrary<Buffer> {
  return fc.uint8Array({ minLength: 1, maxLength: 12 }).map(bytes => Buffer.from(bytes))
}

function delimited(bytes: Buffer): Buffer {
  return Buffer.concat([varint(BigInt(bytes.length)), bytes])
}

function varint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  do {
    const more = rest > 127n
    bytes.push(Number(rest & 127n) + (more ? 128 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Buffer.from(bytes)
}
