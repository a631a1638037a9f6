import { axis, COLOURS, draw, line, type Points, title } from '../load/plots.ts'
import type { Outcome } from './outcome.ts'
import { PANELS, type Panel } from './panels.ts'
import type { ScalingSettings } from './scaling-settings.ts'

const WIDTH = 1000
const [LEFT, RIGHT, TOP, GAP, BOTTOM] = [85, 30, 92, 24, 50]
const HOUR_SECONDS = 3600
/** Longer profiles are drawn in hours. */
const IN_HOURS_FROM = 2 * HOUR_SECONDS
const GREY = '#666666'
const WIDTHS = [5, 2]
const SUBTEXT =
  'Instances: solid is ready, dotted is wanted. Waiting: requests without a slot. Latency: solid is p99, dotted is p50.'
const TEXT = { color: '#222222' }

type PlotSettings = Pick<ScalingSettings, 'name' | 'profile' | 'model'>

/** Load, instances, queue, latency, errors and cost of the settings, on one axis of time; as SVG. */
export function scalingPlot({ name, profile, model }: PlotSettings, outcomes: readonly Outcome[]): string {
  const unit = profile.seconds >= IN_HOURS_FROM ? HOUR_SECONDS : 1
  const tops = PANELS.map((_, index) =>
    PANELS.slice(0, index).reduce((sum, { height }) => sum + height + GAP, TOP),
  )
  const last = PANELS.length - 1
  const height = (tops[last] ?? 0) + (PANELS[last]?.height ?? 0) + BOTTOM
  const max = profile.seconds / unit
  const time = unit === 1 ? { name: 'seconds' } : { name: 'hours', interval: 3 }
  return draw(
    {
      title: {
        ...title(`${name}, ${profile.name}${model === undefined ? ', live' : ''}`),
        subtext: `${SUBTEXT} Errors: 503 and 504${model === undefined ? ', and all others' : ''}.`,
        subtextStyle: { ...TEXT, fontSize: 12 },
      },
      legend: { top: 56, icon: 'rect', itemHeight: 3, textStyle: TEXT, data: outcomes.map(labelOf) },
      grid: PANELS.map((panel, index) => ({
        left: LEFT,
        right: RIGHT,
        top: tops[index],
        height: panel.height,
      })),
      xAxis: PANELS.map((_, gridIndex) => ({
        ...axis(time.name, { ...time, min: 0, max, gridIndex, nameGap: 28 }),
        ...(gridIndex < last && { name: '', axisLabel: { show: false } }),
      })),
      yAxis: PANELS.map((panel, gridIndex) => ({
        ...axis(panel.name, { min: 0, splitNumber: 3, gridIndex, nameGap: 56, ...panel.axis }),
      })),
      series: PANELS.flatMap((panel, index) => curvesOf(panel, index, outcomes, unit)),
    },
    { width: WIDTH, height },
  )
}

function labelOf({ label }: Outcome, index: number): string {
  return `${'AB'[index]}: ${label}`
}

function curvesOf(panel: Panel, index: number, outcomes: readonly Outcome[], unit: number): object[] {
  return outcomes.slice(0, panel.isShared ? 1 : 2).flatMap((outcome, which) =>
    panel.curves.map(({ read, style }) => {
      const points: Points = outcome.points.map(point => [point.second / unit, read(point)])
      const color = panel.isShared ? GREY : COLOURS[which]
      return {
        ...line(panel.isShared ? '' : labelOf(outcome, which), points),
        ...{ xAxisIndex: index, yAxisIndex: index, itemStyle: { color } },
        ...(panel.isStepped && { step: 'end' }),
        ...(panel.isShared && { areaStyle: { opacity: 0.15 } }),
        // The first is wider, so that it still shows where the second lies on it.
        lineStyle: { color, type: style, width: style === 'solid' && !panel.isShared ? WIDTHS[which] : 1.5 },
      }
    }),
  )
}
