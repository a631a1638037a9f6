import { expect, test } from '@jest/globals'
import { createLogger } from '../../../lib/log/logger.ts'
import { Bells } from '../../../lib/pubsub/bells.ts'
import type { Message } from '../../../lib/pubsub/publisher.ts'
import { keepTelemetry } from '../../../lib/telemetry/open-telemetry.ts'
import { until } from '../../support/until.ts'

type Published = Message & { readonly end: (error?: Error) => void }

function startBells(gapMilliseconds = 0) {
  const published: Published[] = []
  const logged: string[] = []
  const telemetry = keepTelemetry()
  const publish = (_topic: string, message: Message) =>
    new Promise<void>((resolve, reject) => {
      published.push({ ...message, end: error => (error === undefined ? resolve() : reject(error)) })
    })
  const bells = new Bells({
    publisher: { publish, close: async () => undefined },
    pendingTopic: 'topic',
    gapMilliseconds: () => gapMilliseconds,
    telemetry,
    log: createLogger('ingest', 'warn', { write: line => logged.push(line) }),
  })
  const said = () => published.map(({ orderingKey, data }) => `${orderingKey} ${data}`)
  const failed = () => telemetry.tally.counter('settle.bells.failed', {}).value
  return { bells, published, said, logged, failed }
}

test('rings at once for a group that is quiet, and together for what comes while its bell is on its way', async () => {
  const { bells, published, said } = startBells()
  const first = bells.ring([
    { group: 1, lastSeq: 1 },
    { group: 2, lastSeq: 2 },
  ])
  const more = [3, 5, 4].map(lastSeq => bells.ring([{ group: 1, lastSeq }]))
  expect(said()).toEqual(['1 {"group":1,"lastSeq":1}', '2 {"group":2,"lastSeq":2}'])
  for (const { end } of published) end()
  expect(await first).toEqual([])
  expect(said().slice(2)).toEqual(['1 {"group":1,"lastSeq":5}'])
  published[2]?.end()
  expect(await Promise.all(more)).toEqual([[], [], []])
  const last = bells.ring([{ group: 1, lastSeq: 6 }])
  expect(said().slice(3)).toEqual(['1 {"group":1,"lastSeq":6}'])
  published[3]?.end()
  expect(await last).toEqual([])
})

test('tells those whose bell has failed, and rings on for those behind', async () => {
  const { bells, published, said, failed } = startBells()
  const failing = bells.ring([{ group: 1, lastSeq: 1 }])
  const behind = bells.ring([{ group: 1, lastSeq: 2 }])
  const away = new Error('Pub/Sub is away')
  published[0]?.end(away)
  expect(await failing).toEqual([away])
  expect(said().slice(1)).toEqual(['1 {"group":1,"lastSeq":2}'])
  published[1]?.end()
  expect(await behind).toEqual([])
  expect(failed()).toBe(1)
})

test('counts a bell that several wait for, and that fails, once', async () => {
  const { bells, published, failed } = startBells()
  const first = bells.ring([{ group: 1, lastSeq: 1 }])
  const waiting = [2, 3].map(lastSeq => bells.ring([{ group: 1, lastSeq }]))
  published[0]?.end()
  await first
  const away = new Error('Pub/Sub is away')
  published[1]?.end(away)
  expect(await Promise.all(waiting)).toEqual([[away], [away]])
  expect(failed()).toBe(1)
})

test('rings once for all that comes while the workers are behind, and keeps nobody waiting for that', async () => {
  const { bells, published, said } = startBells(20)
  const first = bells.ring([{ group: 1, lastSeq: 1 }])
  published[0]?.end()
  expect(await first).toEqual([])
  for (const lastSeq of [2, 4, 3]) expect(await bells.ring([{ group: 1, lastSeq }])).toEqual([])
  expect(said()).toEqual(['1 {"group":1,"lastSeq":1}'])
  await until('the group is rung for again', () => published.length > 1)
  expect(said().slice(1)).toEqual(['1 {"group":1,"lastSeq":4}'])
  published[1]?.end()
  await bells.end()
  expect(said()).toHaveLength(2)
})

test('rings at its end for all that was put off, and says which could not be', async () => {
  const { bells, published, said, logged, failed } = startBells(3_600_000)
  const first = bells.ring([
    { group: 1, lastSeq: 1 },
    { group: 2, lastSeq: 1 },
  ])
  for (const { end } of published) end()
  await first
  await bells.ring([
    { group: 1, lastSeq: 2 },
    { group: 2, lastSeq: 3 },
  ])
  const ended = bells.end()
  await until('both are rung for', () => published.length === 4)
  expect(said().slice(2)).toEqual(['1 {"group":1,"lastSeq":2}', '2 {"group":2,"lastSeq":3}'])
  published[2]?.end()
  published[3]?.end(new Error('Pub/Sub is away'))
  await ended
  expect(logged.map(line => JSON.parse(line))).toMatchObject([
    { group: 2, error: 'Error: Pub/Sub is away', message: 'not rung' },
  ])
  expect(failed()).toBe(1)
})
