import { expect, test } from '@jest/globals'
import { type Answer, refuse } from '../../../functions/console/page/answer.ts'
import type { Figures } from '../../../functions/console/page/figures.ts'
import { FiguresFeed } from '../../../functions/console/page/figures-feed.ts'
import { figuresAt, noonPlus, pointAt } from './points.ts'
import { settle, TestSurroundings } from './surroundings.ts'

async function feedOf(answers: Answer<Figures>[]) {
  const surroundings = new TestSurroundings()
  const asked: string[] = []
  const feed = new FiguresFeed({
    ask: async path => {
      asked.push(path)
      return answers.shift() ?? refuse(0, 'away')
    },
    surroundings,
    now: () => new Date(noonPlus(0)),
    onChange: () => undefined,
  })
  feed.start()
  await settle()
  return { feed, surroundings, asked }
}

const ok = (body: Figures): Answer<Figures> => ({ ok: true, body, text: '' })

test('asks for all at first, then for what is new and what instances may still add to', async () => {
  const { feed, surroundings, asked } = await feedOf([
    ok(figuresAt(10, { points: [pointAt(8), pointAt(10)] })),
    ok(figuresAt(12, { points: [pointAt(10, { accepted: 5 }), pointAt(12)] })),
  ])
  await surroundings.pass()
  expect(asked).toEqual(['/api/v1/figures', `/api/v1/figures?since=${encodeURIComponent(noonPlus(6))}`])
  expect(feed.state.points.map(({ accepted }) => accepted)).toEqual([0, 5, 0])
  expect(feed.state.pendingTrail.map(({ at }) => at)).toEqual([noonPlus(10), noonPlus(12)])
})

test('keeps what it knows while nothing comes, asks less and less often, and recovers by itself', async () => {
  const { feed, surroundings } = await feedOf([
    ok(figuresAt(10, { points: [pointAt(10)] })),
    refuse(503, 'away'),
    refuse(0, 'away'),
    refuse(0, 'away'),
    refuse(0, 'away'),
    ok(figuresAt(40)),
  ])
  const waits: number[] = []
  for (let poll = 0; poll < 4; poll++) {
    await surroundings.pass()
    waits.push(...surroundings.plans)
  }
  expect(waits).toEqual([2000, 4000, 8000, 15_000])
  expect(feed.state).toMatchObject({ failures: 4, points: [pointAt(10)], refusal: { status: 0 } })
  await surroundings.pass()
  expect(feed.state).toMatchObject({ failures: 0, refusal: undefined, latest: { at: noonPlus(40) } })
  expect(surroundings.plans).toEqual([2000])
})

test('does not ask again for what the token does not allow', async () => {
  const { surroundings } = await feedOf([refuse(403, 'The token has not got the scope ops.')])
  expect(surroundings.plans).toEqual([])
})
