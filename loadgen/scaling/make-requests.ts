import type { SimulatedRequest } from '../../knative/local/serving/kpa/simulated-instance.ts'
import { draw, drawGap } from '../random/draw.ts'
import type { Profile } from './profiles.ts'
import type { ServiceTime } from './service-time.ts'

/** What is drawn, so that none of it hangs on another. */
const PURPOSE = { arrival: 101, size: 102, angle: 103 }

export type Arriving = {
  readonly profile: Profile
  readonly seed: number
  /** Before the profile begins its base rate arrives for so long. */
  readonly leadInSeconds: number
}

export type Load = Arriving & { readonly service: ServiceTime }

/** The requests of a load, in order, the same for the same seed. */
export function* makeRequests({ service, ...arriving }: Load): Generator<SimulatedRequest> {
  for (const { atMs, index } of makeArrivals(arriving)) {
    const waitMs = service.waitMedianMs * Math.exp(service.waitSigma * drawNormal(arriving.seed, index))
    yield { atMs, cpuMs: service.cpuMs, waitMs }
  }
}

/**
 * When requests arrive, in order, the same for the same seed: as a Poisson process, whose rate changes with each second. What
 * has not come by the end of one is drawn anew, as such a process has no memory.
 */
export function* makeArrivals({
  profile,
  seed,
  leadInSeconds,
}: Arriving): Generator<{ readonly atMs: number; readonly index: number }> {
  let index = 0
  for (let second = 0; second < leadInSeconds + profile.seconds; second += 1) {
    const rate = second < leadInSeconds ? profile.base : profile.rateAt(second - leadInSeconds)
    if (rate <= 0) continue
    const endMs = (second + 1) * 1000
    for (let atMs = second * 1000; ; index += 1) {
      atMs += drawGap(rate, seed, index, PURPOSE.arrival)
      if (atMs >= endMs) break
      yield { atMs, index }
    }
    index += 1
  }
}

/** Box and Muller. */
function drawNormal(seed: number, index: number): number {
  const size = Math.sqrt(-2 * Math.log(1 - draw(seed, index, PURPOSE.size)))
  return size * Math.cos(2 * Math.PI * draw(seed, index, PURPOSE.angle))
}
