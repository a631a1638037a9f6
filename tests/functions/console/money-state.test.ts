import { expect, test } from '@jest/globals'
import type { Figures, Point } from '../../../functions/console/page/figures.ts'
import { judgeMoney } from '../../../functions/console/page/money-state.ts'
import { figuresAt, noonPlus, pointAt } from './points.ts'

const busy = { accepted: 20, completed: 18 }
const waits = (oldestSeconds: number) => ({ pending: { transactions: 4, oldestSeconds, groups: [] } })

function judge(points: readonly Point[], told: Partial<Figures> = {}, secondsOld = 0) {
  const latest = figuresAt(60, told)
  const known = { points, latest, receivedAt: new Date(noonPlus(60)), failures: 0 }
  return judgeMoney(known, new Date(noonPlus(60 + secondsOld)))
}

test.each<[string, readonly Point[], Partial<Figures>, string, RegExp]>([
  ['moves', [pointAt(58, busy)], {}, 'moving', /^Money is moving: 10 accepted and 9\.0 applied a second\.$/],
  ['pauses', [pointAt(48, busy), pointAt(58)], {}, 'moving', /^Money is moving: 0 accepted/],
  ['was not sent', [pointAt(20, busy), pointAt(58)], {}, 'idle', /^Idle: nothing was sent for 40 s\.$/],
  ['never was sent', [pointAt(58)], {}, 'idle', /^Idle: nothing was sent for 5 min or more\.$/],
  [
    'is late',
    [pointAt(58, busy)],
    waits(8),
    'behind',
    /late: the oldest pending transaction has waited 8\.0 s\.$/,
  ],
  ['waits too long', [pointAt(58, busy)], waits(45), 'stuck', /^Stuck: .* has waited 45 s\.$/],
  ['waits and nothing is applied', [pointAt(58, { accepted: 9 })], waits(6), 'stuck', /^Stuck: .* 6\.0 s\.$/],
  ['waits unseen', [], { ...waits(45), away: ['cache'] }, 'stuck', /^Stuck/],
  [
    'waits uncounted',
    [pointAt(58, busy)],
    { ...waits(6), away: ['cache'] },
    'behind',
    /^Late: .* has waited 6\.0 s\.$/,
  ],
  [
    'is not counted any more',
    [pointAt(58, busy)],
    { away: ['cache'] },
    'unknown',
    /^Cannot tell how much moves/,
  ],
  ['is not counted', [], { away: ['cache'] }, 'unknown', /the cache is away\. 0 transactions pending\.$/],
])('says of money that %s what is the case', (_, points, told, kind, sentence) => {
  expect(judge(points, told)).toEqual({ kind, sentence: expect.stringMatching(sentence) })
})

test('cannot tell while the database is away, even if the last points were busy', () => {
  const { pending: _, ...latest } = figuresAt(60, { away: ['database'] })
  const known = { points: [pointAt(58, busy)], latest, receivedAt: new Date(noonPlus(60)), failures: 0 }
  expect(judgeMoney(known, new Date(noonPlus(60)))).toEqual({
    kind: 'unknown',
    sentence: 'Cannot tell: the database is away.',
  })
})

test('cannot tell from figures that are old', () => {
  expect(judge([pointAt(58, busy)], {}, 10).kind).toBe('moving')
  expect(judge([pointAt(58, busy)], {}, 11)).toEqual({
    kind: 'unknown',
    sentence: expect.stringMatching(/^Cannot tell: no figures have come since \d\d:01:00\.$/),
  })
})

test('asks at first, and says so when nothing has come', () => {
  const nothing = { points: [], latest: undefined, receivedAt: undefined }
  const now = new Date(noonPlus(0))
  expect(judgeMoney({ ...nothing, failures: 0 }, now).kind).toBe('asking')
  expect(judgeMoney({ ...nothing, failures: 1 }, now).kind).toBe('unknown')
})
