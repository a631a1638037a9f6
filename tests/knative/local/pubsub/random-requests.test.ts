import { Client, credentials, status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { FakeClock } from './support/fake-clock.ts'
import { afterTest, closeAll, startFixture } from './support/fixture.ts'
import { METHODS, randomRequest, SUBSCRIPTION, TOPIC } from './support/random-request.ts'

const { ALREADY_EXISTS, FAILED_PRECONDITION, INTERNAL, INVALID_ARGUMENT, NOT_FOUND, OK, UNIMPLEMENTED } =
  status
const DOCUMENTED = [OK, INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION, UNIMPLEMENTED]
const STREAMING_PULL = '/google.pubsub.v1.Subscriber/StreamingPull'

type Answer = { code: status; details: string }

const clock = new FakeClock()
let fixture: Awaited<ReturnType<typeof startFixture>>
let client: Client
beforeAll(async () => {
  fixture = await startFixture({ clock, pushBackoff: true, pushSlowStart: true })
  client = new Client(fixture.pubsub.host, credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
  })
  afterTest(() => client.close())
})
afterAll(closeAll)

const raw = (bytes: Buffer) => bytes

function callUnary(path: string, bytes: Buffer): Promise<Answer> {
  return new Promise(resolve =>
    client.makeUnaryRequest(path, raw, raw, bytes, error => resolve(error ?? { code: OK, details: '' })),
  )
}

function callStream(requests: readonly Buffer[]): Promise<Answer> {
  const stream = client.makeBidiStreamRequest(STREAMING_PULL, raw, raw)
  stream.on('error', () => {})
  stream.resume()
  for (const bytes of requests) stream.write(bytes)
  stream.end()
  return new Promise(resolve => stream.once('status', resolve))
}

/** A pull may wait as long as a pull waits: turns the clock until it is answered. */
async function answered(answer: Promise<Answer>): Promise<Answer> {
  let waiting = true
  const ended = answer.finally(() => {
    waiting = false
  })
  for (let turns = 0; waiting; turns += 1) {
    if (turns > 50) clock.advance(1_000)
    await new Promise(setImmediate)
  }
  return ended
}

/** One topic and one subscription with messages, and nothing of the run before. */
async function reset(): Promise<void> {
  const { topics, subscriptions } = await fixture.page()
  for (const subscription of Object.keys(subscriptions))
    await fixture.subscriber.deleteSubscription({ subscription })
  for (const topic of Object.keys(topics)) await fixture.publisher.deleteTopic({ topic })
  await fixture.publisher.createTopic({ name: TOPIC })
  await fixture.subscriber.createSubscription({
    name: SUBSCRIPTION,
    topic: TOPIC,
    enableMessageOrdering: true,
  })
  await fixture.publish('pending', ['1', '2', '3'], 'a')
}

// Updates more often than the rest, as there is most to get wrong.
const updates = METHODS.filter(({ path }) => path.includes('/Update'))
const request = fc.constantFrom(...METHODS, ...updates, ...updates, ...updates).chain(({ path, request }) =>
  fc.record({
    path: fc.constant(path),
    bytes: fc.array(randomRequest(request), { minLength: 1, maxLength: 3 }),
  }),
)

test('whatever bytes a request has, it is answered as documented, and so is the next one', async () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31)
  const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100)
  process.stderr.write(`random requests: ${numRuns} runs, FUZZ_SEED=${seed}\n`)
  const answers = new Map<status, number>()
  const property = fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 12 }), async requests => {
    await reset()
    for (const { path, bytes } of requests) {
      const sent = path === STREAMING_PULL ? callStream(bytes) : callUnary(path, bytes[0] ?? Buffer.alloc(0))
      const { code, details } = await answered(sent)
      answers.set(code, (answers.get(code) ?? 0) + 1)
      const undecodable = code === INTERNAL && details.startsWith('Error deserializing request')
      if (!undecodable)
        expect({ path, details, code: DOCUMENTED.includes(code) ? 'documented' : code }).toMatchObject({
          code: 'documented',
        })
    }
    const [topics] = await fixture.publisher.listTopics({ project: 'projects/settle' })
    expect(Array.isArray(topics)).toBe(true)
  })
  await fc.assert(property, { seed, numRuns })
  // Otherwise everything was refused at its first field, and this was a test of nothing.
  expect(answers.get(OK) ?? 0).toBeGreaterThan(numRuns / 2)
}, 120_000)
