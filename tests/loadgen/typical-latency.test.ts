import { describe, expect, it } from '@jest/globals'
import { TypicalLatency } from '../../loadgen/replay/typical-latency.ts'

describe('TypicalLatency', () => {
  it('looks first shortly before what is typical', () => {
    const latency = new TypicalLatency()
    for (let times = 0; times < 100; times += 1) latency.learn(200)

    expect(latency.firstLook).toBeGreaterThan(100)
    expect(latency.firstLook).toBeLessThan(200)
  })

  it('does not wait for as long as a standstill lasted', () => {
    const latency = new TypicalLatency()
    for (let times = 0; times < 100; times += 1) latency.learn(60_000)

    expect(latency.firstLook).toBeLessThanOrEqual(1_000)
  })
})
