import { expect, test } from '@jest/globals'
import { forEachAtMost } from '../../loadgen/command/for-each-at-most.ts'

test('starts in order, reads no further than it works, and never has more unfinished than allowed', async () => {
  const started: number[] = []
  const finish: (() => void)[] = []
  let read = 0
  function* numbers() {
    for (read = 1; read <= 5; read += 1) yield read
  }
  const all = forEachAtMost(2, numbers(), async item => {
    started.push(item)
    await new Promise<void>(resolve => finish.push(resolve))
  })
  await settle()
  expect({ started, read }).toEqual({ started: [1, 2], read: 3 })
  finish[1]?.()
  await settle()
  expect(started).toEqual([1, 2, 3])
  while (finish.length < 5 || started.length < 5) {
    for (const end of finish) end()
    await settle()
  }
  for (const end of finish) end()
  await all
  expect(started).toEqual([1, 2, 3, 4, 5])
})

test('starts nothing after a failure, waits for what runs, and throws the first error', async () => {
  const started: number[] = []
  let isFirstOver = false
  const all = forEachAtMost(2, [1, 2, 3, 4], async item => {
    started.push(item)
    if (item === 2) throw new Error('the second failed')
    await settle()
    isFirstOver = true
  })
  await expect(all).rejects.toThrow('the second failed')
  expect({ started, isFirstOver }).toEqual({ started: [1, 2], isFirstOver: true })
})

test('waits for what runs when the items cannot be read on', async () => {
  let isOver = false
  function* broken() {
    yield 1
    throw new Error('the items end here')
  }
  const all = forEachAtMost(2, broken(), async () => {
    await settle()
    isOver = true
  })
  await expect(all).rejects.toThrow('the items end here')
  expect(isOver).toBe(true)
})

/** Lets everything that can go on do so. */
function settle(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
