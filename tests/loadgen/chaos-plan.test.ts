import { expect, test } from '@jest/globals'
import { parseFlags } from '../../loadgen/chaos/flags.ts'
import { KIND_NAMES, KINDS, type Kind, type KindName } from '../../loadgen/chaos/kinds.ts'
import { type PlannedFault, planFaults } from '../../loadgen/chaos/plan-faults.ts'

const plan = (given: Partial<Parameters<typeof planFaults>[0]> = {}): PlannedFault[] =>
  planFaults({ seed: 1, seconds: 900, kinds: KIND_NAMES, ...given })
const endOf = ({ atSeconds, forSeconds }: PlannedFault) => atSeconds + forSeconds

test('draws the same faults from the same seed, and others from another', () => {
  expect(plan()).toEqual(plan())
  expect(plan({ seed: 2 })).not.toEqual(plan())
})

test('has every kind, and more than 60 faults, in a quarter of an hour of any seed', () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const faults = plan({ seed })
    expect(new Set(faults.map(({ kind }) => kind)).size).toBe(KIND_NAMES.length)
    expect(faults.length).toBeGreaterThan(60)
  }
})

test('has faults in a minute, and only of the kinds that are asked for', () => {
  const kinds: KindName[] = ['kill the broker', 'refuse writes']
  for (let seed = 0; seed < 50; seed += 1) {
    expect(plan({ seed, seconds: 60 }).length).toBeGreaterThan(2)
    for (const { kind } of plan({ seed, kinds })) expect(kinds).toContain(kind)
  }
  for (const kind of KIND_NAMES) expect(plan({ kinds: [kind], seconds: 60 }).length).toBeGreaterThan(0)
  expect(plan({ kinds: [] })).toEqual([])
})

test('draws targets and times that the kind allows, and ends before the load does', () => {
  for (let seed = 0; seed < 50; seed += 1) {
    for (const fault of plan({ seed, seconds: 120 })) {
      const { seconds, targets, fromSeconds = 0 }: Kind = KINDS[fault.kind]
      expect(targets).toContain(fault.target)
      expect(fault.forSeconds).toBeGreaterThanOrEqual(seconds[0])
      expect(fault.forSeconds).toBeLessThanOrEqual(seconds[1])
      expect(fault.atSeconds).toBeGreaterThanOrEqual(fromSeconds)
      expect(endOf(fault)).toBeLessThanOrEqual(112)
    }
  }
})

test('overlaps some, never three, and never two of one part', () => {
  let overlapping = 0
  for (let seed = 0; seed < 50; seed += 1) {
    const faults = plan({ seed })
    for (const [index, fault] of faults.entries()) {
      const at = faults.slice(0, index).filter(before => endOf(before) > fault.atSeconds)
      expect(at.length).toBeLessThanOrEqual(1)
      for (const before of at) expect(KINDS[before.kind].area).not.toBe(KINDS[fault.kind].area)
      overlapping += at.length
    }
  }
  expect(overlapping).toBeGreaterThan(50)
})

test('reads its flags, and names one that is wrong', () => {
  expect(parseFlags([]).settings).toMatchObject({ seconds: 60, seed: 1, kinds: KIND_NAMES, sweepSeconds: 60 })
  const flags = ['--minutes', '15', '--seed', '7', '--only', 'kill the cache,roll out', '--sweep-every', '10']
  expect(parseFlags(flags).settings).toMatchObject({
    ...{ seconds: 900, seed: 7, kinds: ['kill the cache', 'roll out'], sweepSeconds: 10 },
  })
  expect(() => parseFlags(['--only', 'kill the moon'])).toThrow('--only kill the moon: must be one of')
  expect(() => parseFlags(['--sweep-every', '61'])).toThrow('--sweep-every 61: must be at most 60')
})
