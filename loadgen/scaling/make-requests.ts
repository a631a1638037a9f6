import type { SimulatedRequest } from '../../knative/local/serving/kpa/simulated-instance.ts'
import { draw, drawGap } from '../load/draw.ts'
import type { Profile } from './profiles.ts'
import type { ServiceTime } from './service-time.ts'

/** What is drawn, so that none of it hangs on another. */
const PURPOSE = { arrival: 101, size: 102, angle: 103 }

export type Load = {
  readonly profile: Profile
  readonly service: ServiceTime
  readonly seed: number
  /** Before the profile begins its base rate arrives for so long. */
  readonly leadInSeconds: number
}

/**
 * The requests of a load, in order, the same for the same seed. They arrive as a Poisson process, whose rate changes with
 * each second: what has not come by the end of one is drawn anew, as such a process has no memory.
 */
export function* makeRequests({ profile, service, seed, leadInSeconds }: Load): Generator<SimulatedRequest> {
  let index = 0
  for (let second = 0; second < leadInSeconds + profile.seconds; second += 1) {
    const rate = second < leadInSeconds ? profile.base : profile.rateAt(second - leadInSeconds)
    if (rate <= 0) continue
    const endMs = (second + 1) * 1000
    for (let atMs = second * 1000; ; index += 1) {
      atMs += drawGap(rate, seed, index, PURPOSE.arrival)
      if (atMs >= endMs) break
      const waitMs = service.waitMedianMs * Math.exp(service.waitSigma * drawNormal(seed, index))
      yield { atMs, cpuMs: service.cpuMs, waitMs }
    }
    index += 1
  }
}

/** Box and Muller. */
function drawNormal(seed: number, index: number): number {
  const size = Math.sqrt(-2 * Math.log(1 - draw(seed, index, PURPOSE.size)))
  return size * Math.cos(2 * Math.PI * draw(seed, index, PURPOSE.angle))
}
