import fc from 'fast-check'

/** A delivery, by number: among those still out, among all there ever were, or one that never was. */
export type Pick = { readonly from: 'open' | 'ever' | 'nowhere'; readonly index: number }

/** One step of a run. On push an ack is an answer 200, a nack another answer, and doing nothing a hanging endpoint. */
export type Command =
  | { readonly kind: 'publish'; readonly key: string; readonly count: number }
  | { readonly kind: 'pull' | 'wait'; readonly max: number }
  | { readonly kind: 'ack' | 'nack'; readonly picks: readonly Pick[] }
  /** New ack deadlines in one request, in seconds; zero is a nack. */
  | {
      readonly kind: 'extend'
      readonly changes: readonly { readonly pick: Pick; readonly seconds: number }[]
    }
  /** What is out is refused, one by one: all of it, or all but one. */
  | { readonly kind: 'refuse'; readonly backwards: boolean; readonly sparing: number | null }
  /** The subscriber dies: pulled messages are forgotten, and the connections of pushes break. */
  | { readonly kind: 'crash' }
  | { readonly kind: 'pass'; readonly ms: number }
  /** Until the next timer rings, or to just before. */
  | { readonly kind: 'ring'; readonly earlierMs: number }
  /** Null turns push into pull. */
  | { readonly kind: 'endpoint'; readonly to: string | null }
  /** To around the publish time of a message, by number, or with none to the time from now. */
  | { readonly kind: 'seek'; readonly message: number | null; readonly offsetMs: number }

const pick: fc.Arbitrary<Pick> = fc.record({
  from: fc.constantFrom('open', 'open', 'open', 'open', 'open', 'ever', 'ever', 'nowhere'),
  index: fc.nat(30),
})
const picks = fc.array(pick, { minLength: 1, maxLength: 4 })
const max = fc.constantFrom(1, 2, 3, 10)

const publish = fc.record({
  kind: fc.constant('publish' as const),
  key: fc.constantFrom('', 'a', 'a', 'a', 'b', 'b', 'c'),
  count: fc.integer({ min: 1, max: 4 }),
})
const pull = fc.record({ kind: fc.constant('pull' as const), max })
const wait = fc.record({ kind: fc.constant('wait' as const), max })
const ack = fc.record({ kind: fc.constant('ack' as const), picks })
const nack = fc.record({ kind: fc.constant('nack' as const), picks })
const extend = fc.record({
  kind: fc.constant('extend' as const),
  changes: fc.array(fc.record({ pick, seconds: fc.constantFrom(0, 10, 60, 600) }), {
    minLength: 1,
    maxLength: 3,
  }),
})
/** Of one request the first new deadline takes back the delivery that the second is for. */
const undermine = fc.constant<Command>({
  kind: 'extend',
  changes: [
    { pick: { from: 'open', index: 0 }, seconds: 0 },
    { pick: { from: 'open', index: 1 }, seconds: 600 },
  ],
})
export const refuse = fc.record({
  kind: fc.constant('refuse' as const),
  backwards: fc.constantFrom(true, true, false),
  sparing: fc.constantFrom(null, null, null, 0, 1, 2),
})
const crash = fc.constant({ kind: 'crash' as const })
const pass = fc.record({
  kind: fc.constant('pass' as const),
  ms: fc.constantFrom(1, 499, 500, 1_000, 5_000, 10_000, 60_000, 300_000, 600_000),
})
const ring = fc.record({ kind: fc.constant('ring' as const), earlierMs: fc.constantFrom(0, 0, 0, 1) })
const endpoint = fc.record({
  kind: fc.constant('endpoint' as const),
  to: fc.constantFrom('one', 'two', null),
})
const seek = fc.record({
  kind: fc.constant('seek' as const),
  message: fc.option(fc.nat(40)),
  offsetMs: fc.constantFrom(-1, 0, 0, 1, 60_000),
})

/** Any one step, weighted so that a run gets on. */
export const single: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: publish },
  { weight: 7, arbitrary: pull },
  { weight: 1, arbitrary: wait },
  { weight: 7, arbitrary: ack },
  { weight: 5, arbitrary: nack },
  { weight: 3, arbitrary: extend },
  { weight: 2, arbitrary: undermine },
  { weight: 2, arbitrary: refuse },
  { weight: 1, arbitrary: crash },
  { weight: 2, arbitrary: pass },
  { weight: 8, arbitrary: ring },
  { weight: 1, arbitrary: endpoint },
  { weight: 1, arbitrary: seek },
)
