import { once } from 'node:events'
import { connect } from 'node:net'
import { PubSub } from '@google-cloud/pubsub'
import { afterEach, expect, test } from '@jest/globals'
import { FakeClock } from './support/fake-clock.ts'
import { afterTest, closeAll, PROJECT, startEndpoint, startFixture, until } from './support/fixture.ts'
import { runMain } from './support/process.ts'

afterEach(closeAll)

async function isListening(port: string): Promise<boolean> {
  const socket = connect(Number(port), '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

test('closing with pushes, pulls and back-off under way leaves no request, timer or port', async () => {
  const clock = new FakeClock()
  const { pubsub, client, publish, subscriber, status } = await startFixture({ clock })
  const endpoint = await startEndpoint()
  const [topic] = await client.createTopic('pending')
  const retryPolicy = { minimumBackoff: { seconds: 100 }, maximumBackoff: { seconds: 100 } }
  await topic.createSubscription('worker', { pushConfig: { pushEndpoint: endpoint.url }, retryPolicy })
  await publish('pending', ['1', '2', '3'])
  const [first, ...hanging] = await endpoint.take(3)
  first?.answer(500)
  await until(async () => (await status('worker')).inFlight === 2)
  const [idle] = await topic.createSubscription('idle')
  const options = { retry: { retryCodes: [] } } as object
  const pulling = subscriber.pull({ subscription: idle.name, maxMessages: 1 }, options)
  const pullEnded = expect(pulling).rejects.toBeDefined()
  // Two ack deadlines, one back-off, one long poll and one retention.
  await until(async () => clock.pending().length === 5)

  await pubsub.close()
  await Promise.all(hanging.map(({ gone }) => gone))
  await pullEnded
  expect(clock.pending()).toEqual([])
  for (const url of [`http://${pubsub.host}`, pubsub.adminUrl]) {
    expect(await isListening(new URL(url).port)).toBe(false)
  }
})

test.each(['SIGTERM', 'SIGINT'] as const)(
  'the process ends by itself at %s with a push in flight',
  async signal => {
    const { child, exited, firstLine } = runMain('--port', '0', '--admin-port', '0')
    const { host, jwksUrl } = await firstLine()
    expect((await fetch(jwksUrl)).status).toBe(200)
    process.env['PUBSUB_EMULATOR_HOST'] = host
    process.env['METADATA_SERVER_DETECTION'] = 'none'
    const client = new PubSub({ projectId: PROJECT })
    afterTest(() => client.close())
    const endpoint = await startEndpoint()
    const [topic] = await client.createTopic('pending')
    await topic.createSubscription('worker', { pushConfig: { pushEndpoint: endpoint.url } })
    await topic.publishMessage({ data: Buffer.from('1') })
    await endpoint.next()
    child.kill(signal)
    // Nothing calls exit: an open handle would keep the process, and this test, waiting.
    expect(await exited).toEqual([0, null])
  },
)

test('a killed process can be started again on its ports, empty', async () => {
  const first = runMain()
  const { host, adminUrl } = await first.firstLine()
  const ports = ['--port', new URL(`http://${host}`).port, '--admin-port', new URL(adminUrl).port]
  process.env['PUBSUB_EMULATOR_HOST'] = host
  const client = new PubSub({ projectId: PROJECT })
  afterTest(() => client.close())
  await client.createTopic('pending')
  first.child.kill('SIGKILL')
  await first.exited
  const again = runMain(...ports)
  expect(await again.firstLine()).toMatchObject({ host, adminUrl, issuer: adminUrl })
  expect(await (await fetch(adminUrl)).json()).toEqual({
    switchedOff: [],
    topics: {},
    subscriptions: {},
    faults: [],
  })
})

test('a port that is taken exits with 1 and says so', async () => {
  const { pubsub } = await startFixture()
  const { port } = new URL(pubsub.adminUrl)
  for (const flag of ['--port', '--admin-port']) {
    const { exited, errors } = runMain(flag, port)
    expect(await exited).toEqual([1, null])
    expect(errors()).toContain('EADDRINUSE')
  }
})
