import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { runsFrom } from '../../../../support/runs-from.ts'
import { ackAll } from './answer.ts'
import { checkHistories } from './checks.ts'
import { commands } from './commands.ts'
import { HAPPENINGS } from './history.ts'
import { perform } from './perform.ts'
import { setting } from './setting.ts'
import { World } from './world.ts'

const ending = fc.record({
  /** A healthy subscriber comes at last, and works until nothing is left. */
  drained: fc.boolean(),
  by: fc.constantFrom('close', 'delete', 'detach'),
})

async function drain(world: World): Promise<void> {
  while (world.auditor.backlog > 0) {
    await perform(world, { kind: 'pull', max: 1_000 })
    if (world.open.length === 0) await perform(world, { kind: 'ring', earlierMs: 0 })
    ackAll(world, world.open)
    await world.settle()
  }
  for (const history of world.auditor.histories) {
    expect(history.happenings).toContainEqual(expect.stringMatching(/delivered|expired|skipped/))
  }
}

async function end({ store, subscription, clock, held }: World, by: string): Promise<void> {
  const { name } = subscription.config
  if (by === 'delete') store.deleteSubscription(name)
  if (by === 'detach') store.detachSubscription(name)
  if (by === 'close') store.close()
  const deliveries = held.length
  expect(clock.pending()).toEqual([])
  expect(held.filter(({ settle, aborted }) => settle && !aborted)).toEqual([])
  expect([subscription.delivery.backlog, subscription.delivery.inFlight]).toEqual([0, 0])
  for (let turn = 0; turn < 16; turn += 1) await Promise.resolve()
  expect(held.length).toBe(deliveries)
}

test('delivers as the auditor says, whatever publishers, subscribers and time do', async () => {
  const seen = new Set<string>()
  const runs = runsFrom('delivery', 1_000)
  await fc.assert(
    fc.asyncProperty(setting, commands, ending, async (drawn, steps, { drained, by }) => {
      const world = new World(drawn)
      for (const step of steps) await perform(world, step)
      if (drained) await drain(world)
      checkHistories(world.auditor)
      await end(world, by)
      for (const { happenings } of world.auditor.histories) for (const what of happenings) seen.add(what)
    }),
    runs,
  )
  // The runs are worth something only when everything that can happen did; a repeated one is but one.
  if (runs.path === undefined) expect([...HAPPENINGS].filter(what => !seen.has(what))).toEqual([])
}, 1_800_000)
