/**
 * A number in [0, 1) that belongs to the three: the same three give the same number, in whatever order they are
 * asked for. So what a run sends need not be kept to be known again at its end.
 */
export function draw(seed: number, index: number, purpose: number): number {
  return (mix(mix(mix(seed) ^ index) ^ purpose) >>> 0) / 0x1_0000_0000
}

/** The pause before the next arrival of a Poisson process, in milliseconds. */
export function drawGap(perSecond: number, seed: number, index: number, purpose: number): number {
  return (-Math.log(1 - draw(seed, index, purpose)) / perSecond) * 1000
}

/** What draws are for, so that none of them hangs on another. */
export const PURPOSE = {
  source: 1,
  destination: 2,
  amount: 3,
  refused: 4,
  hot: 5,
  arrival: 6,
  read: 7,
  readArrival: 8,
  orders: 9,
  fault: 10,
  retry: 11,
  probe: 12,
} as const

/** Spreads 32 bits over 32 bits (the end of MurmurHash3); the constant keeps 0 from staying 0. */
function mix(value: number): number {
  let bits = (value + 0x9e37_79b9) | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35)
  return bits ^ (bits >>> 16)
}
