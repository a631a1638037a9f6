import fc from 'fast-check'
import { type Command, refuse, single } from './command.ts'

const pullAll = fc.constant<Command>({ kind: 'pull', max: 10 })
const ackOne = fc.nat(2).map((index): Command => ({ kind: 'ack', picks: [{ from: 'open', index }] }))
const ringNext = fc.constant<Command>({ kind: 'ring', earlierMs: 0 })

/** The same messages refused again and again, which single commands hardly ever do, until they are dead-lettered. */
const rounds = fc
  .array(
    fc.oneof(
      { weight: 2, arbitrary: fc.tuple(pullAll, refuse, ringNext) },
      { weight: 2, arbitrary: fc.tuple(pullAll, ackOne, refuse, ringNext) },
    ),
    { minLength: 3, maxLength: 8, size: 'max' },
  )
  .map(all => all.flat())

const refuseBackwards = fc.constant<Command>({ kind: 'refuse', backwards: true, sparing: null })
const spareSecond = fc.constant<Command>({ kind: 'refuse', backwards: true, sparing: 1 })
const publishThree = fc.constant<Command>({ kind: 'publish', key: 'a', count: 3 })
const acknowledgeHead = fc.constant<Command>({ kind: 'ack', picks: [{ from: 'open', index: 0 }] })

/** The third of a key fails once more often than the second, so that it is dead-lettered while the second is out. */
const poison = fc
  .tuple(
    fc.tuple(
      publishThree,
      pullAll,
      spareSecond,
      ringNext,
      pullAll,
      acknowledgeHead,
      refuseBackwards,
      ringNext,
    ),
    fc.array(fc.tuple(pullAll, refuseBackwards, ringNext), { minLength: 2, maxLength: 4 }),
  )
  .map(([start, again]) => [...start, ...again.flat()])

/** Long enough for several retentions, seeks and dead letters. */
export const commands: fc.Arbitrary<Command[]> = fc
  .array(
    fc.oneof(
      { weight: 60, arbitrary: single.map(command => [command]) },
      { weight: 4, arbitrary: rounds },
      { weight: 3, arbitrary: poison },
    ),
    { maxLength: 60, size: 'max' },
  )
  .map(all => all.flat())
