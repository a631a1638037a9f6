import { expect, test } from '@jest/globals'
import {
  arrangeSteps,
  isTold,
  meaningOf,
  type Step,
  titleOf,
  wholeDuration,
} from '../../../functions/console/page/timeline.ts'
import { noonPlus } from './points.ts'

const done = (step: string, seconds: number): Step => ({ step, state: 'done', at: noonPlus(seconds) })
const waiting = (step: string): Step => ({ step, state: 'waiting' })

test('puts steps in the order in which they came, with what each took', () => {
  const steps = [done('accepted', 0), done('decided', 0.012), done('told', 0.02), done('cached', 0.018)]
  expect(arrangeSteps(steps).map(({ step, afterMilliseconds }) => [step, afterMilliseconds])).toEqual([
    ['accepted', undefined],
    ['decided', 12],
    ['cached', 6],
    ['told', 2],
  ])
})

test('leaves steps without a moment in their place, and no duration beside them', () => {
  const steps: Step[] = [
    done('accepted', 0),
    { step: 'published', state: 'unknown' },
    done('decided', 1),
    waiting('told'),
  ]
  expect(arrangeSteps(steps).map(({ step, afterMilliseconds }) => [step, afterMilliseconds])).toEqual([
    ['accepted', undefined],
    ['published', undefined],
    ['decided', undefined],
    ['told', undefined],
  ])
})

test('takes the whole from the first moment to the last', () => {
  expect(wholeDuration([done('accepted', 0), done('told', 0.02), done('cached', 0.018)])).toBe(20)
  expect(wholeDuration([done('accepted', 0), waiting('decided')])).toBeUndefined()
})

test('is told once it is final and nothing is to come', () => {
  const story = { transactionId: 'rent-1', type: 'transfer', orderingGroup: 3 }
  const steps: Step[] = [done('decided', 1), { step: 'cached', state: 'unknown' }]
  expect(isTold({ ...story, status: 'COMPLETED', steps })).toBe(true)
  expect(isTold({ ...story, status: 'HELD', steps })).toBe(false)
  expect(isTold({ ...story, status: 'COMPLETED', steps: [...steps, waiting('told')] })).toBe(false)
})

test('names the batch, and a step that is new to the page by its own name', () => {
  const batch = { group: 3, transactions: 120 }
  expect(titleOf({ ...done('drained', 1), batch })).toBe('Drained in a batch')
  expect(meaningOf({ ...done('drained', 1), batch })).toBe('One of 120 in ordering group 3.')
  expect(meaningOf({ ...done('drained', 1), batch: { ...batch, transactions: 1 } })).toBe(
    'Alone, in ordering group 3.',
  )
  expect([titleOf(done('frozen', 1)), meaningOf(done('frozen', 1))]).toEqual(['frozen', ''])
})
