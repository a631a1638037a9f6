import { expect, test } from '@jest/globals'
import { BalanceFeed, type FeedConnection } from '../../../functions/console/page/balance-feed.ts'
import { settle, TestSurroundings } from './surroundings.ts'

const event = (version: number): string =>
  `id: ${version}\nevent: balance\ndata: {"balance":${version}.50,"version":${version}}\n\n`

/** A stream that ends, or breaks off, after these pieces. */
function streamOf(pieces: readonly string[], isBroken = false): Response {
  const left = pieces.map(piece => new TextEncoder().encode(piece))
  const body = new ReadableStream<Uint8Array>({
    pull: controller => {
      const piece = left.shift()
      if (piece !== undefined) controller.enqueue(piece)
      else if (isBroken) controller.error(new Error('broken off'))
      else controller.close()
    },
  })
  return new Response(body)
}

async function feedOf(streams: (() => Response)[]) {
  const surroundings = new TestSurroundings()
  const balances: string[] = []
  const states: FeedConnection['kind'][] = []
  const resumedAfter: (string | undefined)[] = []
  const feed = new BalanceFeed({
    open: async headers => {
      resumedAfter.push(headers['last-event-id'])
      const stream = streams.shift()
      if (stream === undefined) throw new TypeError('fetch failed')
      return stream()
    },
    surroundings,
    onBalance: ({ balance }) => balances.push(balance),
    onState: ({ kind }) => states.push(kind),
  })
  feed.start()
  await settle()
  return { feed, surroundings, balances, states, resumedAfter }
}

test('tells balances as text, and connects again after the last one when the stream ends', async () => {
  const { surroundings, balances, states, resumedAfter } = await feedOf([
    () => streamOf(['retry: 1000\n\n', event(1), ': beat\n\n', event(2)]),
    () => streamOf([event(3)], true),
  ])
  await surroundings.pass()
  expect(balances).toEqual(['1.50', '2.50', '3.50'])
  expect(resumedAfter).toEqual([undefined, '2'])
  expect(states).toEqual(['connecting', 'live', 'reconnecting', 'live', 'reconnecting'])
})

test('waits longer each time nobody is there, and no longer once somebody was', async () => {
  const { surroundings } = await feedOf([])
  const waits: number[] = []
  for (let attempt = 0; attempt < 6; attempt++) {
    waits.push(...surroundings.plans)
    await surroundings.pass()
  }
  expect(waits).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000])
})

test.each([401, 403, 404])('does not ask again after %p', async status => {
  const { states, surroundings } = await feedOf([() => new Response('{"message":"no"}', { status })])
  expect(states).toEqual(['connecting', 'refused'])
  expect(surroundings.plans).toEqual([])
})

test('asks again after 503, since that passes', async () => {
  const { states, surroundings } = await feedOf([() => new Response('{}', { status: 503 })])
  expect(states).toEqual(['connecting', 'reconnecting'])
  expect(surroundings.plans).toEqual([1000])
})

test('connects no more once it is stopped', async () => {
  const { feed, surroundings } = await feedOf([() => streamOf([event(1)])])
  feed.stop()
  expect(surroundings.plans).toEqual([])
})
