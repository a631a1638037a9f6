import { expect, test } from '@jest/globals'
import { backOff, Repeater } from '../../../functions/console/page/repeater.ts'
import { settle, TestSurroundings } from './surroundings.ts'

test('repeats a task after as long as it says, and ends when it says so', async () => {
  const surroundings = new TestSurroundings()
  const answers: (number | undefined)[] = [2000, 500, undefined]
  const repeater = new Repeater(surroundings, async () => answers.shift())
  repeater.start()
  await settle()
  expect(surroundings.plans).toEqual([2000])
  await surroundings.pass()
  expect(surroundings.plans).toEqual([500])
  await surroundings.pass()
  expect(surroundings.plans).toEqual([])
})

test('runs nothing while the page is hidden, and goes on when it is shown', async () => {
  const surroundings = new TestSurroundings()
  let runs = 0
  const repeater = new Repeater(surroundings, async () => {
    runs += 1
    return 1000
  })
  repeater.start()
  await settle()
  surroundings.hidden = true
  await surroundings.pass()
  expect([runs, surroundings.plans]).toEqual([1, []])
  await surroundings.show()
  expect([runs, surroundings.plans]).toEqual([2, [1000]])
})

test('leaves a run that is under way when it starts anew, so that one goes on', async () => {
  const surroundings = new TestSurroundings()
  const signals: AbortSignal[] = []
  const finish: (() => void)[] = []
  const repeater = new Repeater(surroundings, async signal => {
    signals.push(signal)
    await new Promise<void>(resolve => finish.push(resolve))
    return 1000
  })
  repeater.start()
  repeater.start()
  for (const end of finish) end()
  await settle()
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
  expect(surroundings.plans).toEqual([1000])
})

test('calls off what it had planned when it is stopped, hidden or not', async () => {
  const surroundings = new TestSurroundings()
  let runs = 0
  const repeater = new Repeater(surroundings, async () => {
    runs += 1
    return 1000
  })
  repeater.start()
  await settle()
  surroundings.hidden = true
  await surroundings.pass()
  repeater.stop()
  await surroundings.show()
  expect(runs).toBe(1)
})

test('waits twice as long after each failure, up to the most', () => {
  expect([0, 1, 2, 3, 4, 50].map(failures => backOff(failures, 1000, 5000))).toEqual([
    1000, 1000, 2000, 4000, 5000, 5000,
  ])
})
