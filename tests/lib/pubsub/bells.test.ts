import { expect, test } from '@jest/globals'
import { Bells } from '../../../lib/pubsub/bells.ts'
import type { Message } from '../../../lib/pubsub/publisher.ts'

type Published = Message & { readonly end: (error?: Error) => void }

function startBells() {
  const published: Published[] = []
  const publish = (_topic: string, message: Message) =>
    new Promise<void>((resolve, reject) => {
      published.push({ ...message, end: error => (error === undefined ? resolve() : reject(error)) })
    })
  const bells = new Bells({ publish, close: async () => undefined }, 'topic')
  const said = () => published.map(({ orderingKey, data }) => `${orderingKey} ${data}`)
  return { bells, published, said }
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
  const { bells, published, said } = startBells()
  const failing = bells.ring([{ group: 1, lastSeq: 1 }])
  const behind = bells.ring([{ group: 1, lastSeq: 2 }])
  const away = new Error('Pub/Sub is away')
  published[0]?.end(away)
  expect(await failing).toEqual([away])
  expect(said().slice(1)).toEqual(['1 {"group":1,"lastSeq":2}'])
  published[1]?.end()
  expect(await behind).toEqual([])
})
