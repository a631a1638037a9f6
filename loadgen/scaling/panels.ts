import type { Point } from './outcome.ts'

/** A diagram of its own, above and below others on the same axis of time. */
export type Panel = {
  readonly name: string
  readonly height: number
  readonly axis?: object
  readonly curves: readonly {
    readonly read: (point: Point) => number | null
    readonly style: 'solid' | 'dashed' | 'dotted'
  }[]
  /** Drawn for the first setting alone: it is the same for all. */
  readonly isShared?: boolean
  readonly isStepped?: boolean
}

/** A logarithmic axis has no zero. */
const LEAST_MILLISECONDS = 1

export const PANELS: readonly Panel[] = [
  {
    name: 'arriving / s',
    height: 60,
    isShared: true,
    curves: [{ read: ({ arrived }) => arrived, style: 'solid' }],
  },
  {
    ...{ name: 'instances', height: 110, isStepped: true, axis: { minInterval: 1 } },
    curves: [
      { read: ({ ready }) => ready, style: 'solid' },
      { read: ({ wanted }) => wanted, style: 'dotted' },
    ],
  },
  {
    name: 'waiting',
    height: 90,
    axis: { minInterval: 1 },
    curves: [{ read: ({ queued }) => queued, style: 'solid' }],
  },
  {
    ...{ name: 'latency, ms', height: 120, axis: { type: 'log', min: LEAST_MILLISECONDS } },
    curves: [
      { read: ({ p99 }) => p99 && Math.max(LEAST_MILLISECONDS, p99), style: 'solid' },
      { read: ({ p50 }) => p50 && Math.max(LEAST_MILLISECONDS, p50), style: 'dotted' },
    ],
  },
  {
    name: 'errors / s',
    axis: { minInterval: 1 },
    height: 70,
    curves: [{ read: ({ errors }) => errors, style: 'solid' }],
  },
  { name: 'cost, US cents', height: 90, curves: [{ read: ({ cost }) => cost * 100, style: 'solid' }] },
]
