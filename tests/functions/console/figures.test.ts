import { expect, test } from '@jest/globals'
import { joinPoints, readFigures } from '../../../functions/console/page/figures.ts'
import { noonPlus, pointAt } from './points.ts'

test('keeps each moment once, as it came last, in order', () => {
  const joined = joinPoints(
    [pointAt(2), pointAt(4, { accepted: 1 })],
    [pointAt(6), pointAt(4, { accepted: 3 })],
    new Date(noonPlus(6)),
  )
  expect(joined.map(({ at, accepted }) => [at, accepted])).toEqual([
    [noonPlus(2), 0],
    [noonPlus(4), 3],
    [noonPlus(6), 0],
  ])
})

test('lets go of what is older than five minutes', () => {
  const joined = joinPoints([pointAt(0), pointAt(2)], [pointAt(300)], new Date(noonPlus(300)))
  expect(joined.map(({ at }) => at)).toEqual([noonPlus(2), noonPlus(300)])
})

test('reads the count of holds as a count, whatever `held` is elsewhere', () => {
  const text = '{"points":[{"held":2}]}'
  expect(readFigures({ ok: true, body: { points: [{ held: '2' }] }, text })).toMatchObject({
    body: { points: [{ held: 2 }] },
  })
})
