import { expect, test } from '@jest/globals'
import { Queue } from '../../../../knative/local/pubsub/queue.ts'

test('a queue gives back what an array would, through growth and compaction', () => {
  const queue = new Queue<number>()
  const model: number[] = []
  for (let step = 0; step < 5_000; step += 1) {
    // Grows, then shrinks, in waves of different length.
    if ((step * 7) % 11 < (step % 1_000 < 600 ? 7 : 3)) {
      queue.push(step)
      model.push(step)
    } else {
      expect(queue.shift()).toBe(model.shift())
    }
    expect(queue.length).toBe(model.length)
    expect([queue.at(0), queue.at(5), queue.at(model.length)]).toEqual([model[0], model[5], undefined])
  }
})
