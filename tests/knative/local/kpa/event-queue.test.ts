import { expect, test } from '@jest/globals'
import { EventQueue } from '../../../../knative/local/serving/kpa/event-queue.ts'
import { WaitingLine } from '../../../../knative/local/serving/kpa/waiting-line.ts'

test('gives events by time, and those of one time as they were put in', () => {
  const queue = new EventQueue<string>()
  const times = [5, 3, 9, 3, 1, 5, 3, 8, 1, 0]
  for (const [index, atMs] of times.entries()) queue.push(atMs, `${atMs}.${index}`)
  const given: (string | undefined)[] = []
  while (queue.nextMs < Number.POSITIVE_INFINITY) given.push(queue.pop())
  expect(given).toEqual(['0.9', '1.4', '1.8', '3.1', '3.3', '3.6', '5.0', '5.5', '8.7', '9.2'])
  expect(queue.pop()).toBe(undefined)
})

test('lets out first who came first, while others come', () => {
  const line = new WaitingLine<number>()
  const out: (number | undefined)[] = []
  for (let number = 0; number < 100; number += 1) {
    line.push(number)
    if (number % 3 > 0) out.push(line.shift())
  }
  expect(out).toEqual(Array.from({ length: 66 }, (_, number) => number))
  expect(line.length).toBe(34)
  while (line.length > 0) out.push(line.shift())
  expect([out.at(-1), line.shift(), line.length]).toEqual([99, undefined, 0])
})
