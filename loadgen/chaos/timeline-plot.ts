import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts'
import { axis, COLOURS, draw, line, type Points, title } from '../load/plots.ts'
import type { ChaosResult, Moment } from './chaos-result.ts'

const WIDTH = 1100
const BAR_HEIGHT = 15
const [LEFT, RIGHT, TOP, GAP, BOTTOM] = [165, 25, 45, 34, 45]
const TEXT = { color: '#222222' }
const [BLUE = '', RED = '', GREEN = '', PINK = '', YELLOW = ''] = COLOURS

type Panel = { readonly height: number; readonly yAxis: object; readonly series: readonly object[] }

/** Rates, how long the oldest transfer waits, and below them the faults by kind, on one axis of time; as SVG. */
export function timelinePlot(result: ChaosResult): string {
  const panels = panelsOf(result)
  const tops = panels.map((_, index) =>
    panels.slice(0, index).reduce((sum, { height }) => sum + height + GAP, TOP),
  )
  const end = Math.ceil(result.moments.at(-1)?.atSeconds ?? 0)
  const kinds = new Set(result.faults.map(({ kind }) => kind))
  const axes = { gridIndex: 0, nameTextStyle: TEXT }
  const height = (tops.at(-1) ?? 0) + (panels.at(-1)?.height ?? 0) + BOTTOM
  return draw(
    {
      title: title(`${result.faults.length} faults of ${kinds.size} kinds`),
      legend: { show: false },
      grid: panels.map(({ height }, index) => ({ left: LEFT, right: RIGHT, top: tops[index], height })),
      xAxis: panels.map((_, gridIndex) => ({
        ...axis(gridIndex === panels.length - 1 ? 'seconds' : '', { min: 0, max: end }),
        ...{ gridIndex, axisLabel: { ...TEXT, showMaxLabel: end % 10 === 0 } },
      })),
      yAxis: panels.map(({ yAxis }, gridIndex) => ({ ...axes, ...yAxis, gridIndex })),
      series: panels.flatMap(({ series }, index) =>
        series.map(one => ({ ...one, xAxisIndex: index, yAxisIndex: index })),
      ),
    },
    { width: WIDTH, height },
  )
}

function panelsOf(result: ChaosResult): Panel[] {
  const kinds = [...new Set(result.faults.map(({ kind }) => kind))].toSorted().reverse()
  const { applied, answered, failed, waiting } = curvesOf(result.moments)
  const coloured = (points: Points, color: string) => ({
    ...line('', points),
    ...{ itemStyle: { color }, lineStyle: { width: 1.5, color } },
  })
  const labels = { data: kinds, axisLabel: { ...TEXT, fontSize: 11 }, axisTick: { show: false } }
  const named = (name: string) => axis(name, { min: 0, splitNumber: 3 })
  return [
    { height: 120, yAxis: named('applied / s'), series: [coloured(applied, BLUE)] },
    { height: 70, yAxis: named('answered / s'), series: [coloured(answered, GREEN)] },
    { height: 70, yAxis: named('failed / s'), series: [coloured(failed, RED)] },
    {
      height: 70,
      yAxis: named('oldest waits, s'),
      series: [{ ...coloured(waiting, PINK), areaStyle: { opacity: 0.3 } }],
    },
    {
      height: Math.max(1, kinds.length) * BAR_HEIGHT,
      yAxis: { type: 'category', ...labels },
      series: [{ ...bars(result, kinds), itemStyle: { color: YELLOW } }],
    },
  ]
}

/** Requests a second; and transfers, each second from what had been applied at its begin and end. */
function curvesOf(moments: readonly Moment[]): Record<'applied' | 'answered' | 'failed' | 'waiting', Points> {
  const seconds = [...Map.groupBy(moments, ({ atSeconds }) => Math.floor(atSeconds))].filter(
    ([at]) => at >= 0,
  )
  const sum = (read: (moment: Moment) => number): Points =>
    seconds.map(([at, its]) => [at, its.reduce((all, moment) => all + read(moment), 0)])
  return {
    applied: appliedBySecond(moments),
    answered: sum(({ answered }) => answered),
    failed: sum(({ failed }) => failed),
    waiting: moments.map(({ atSeconds, waitingSeconds }) => [atSeconds, waitingSeconds ?? null] as const),
  }
}

/** While the database does not say, the line is broken; what was applied meanwhile belongs to all of that time. */
function appliedBySecond(moments: readonly Moment[]): Points {
  const points: [number, number | null][] = []
  let last: { at: number; applied: number } | undefined
  for (const { atSeconds, applied } of moments) {
    if (applied === undefined) {
      points.push([atSeconds, null])
      continue
    }
    const passed = atSeconds - (last?.at ?? atSeconds)
    if (last !== undefined && passed < 1) continue
    if (last !== undefined) points.push([atSeconds, Math.round((applied - last.applied) / passed)])
    last = { at: atSeconds, applied }
  }
  return points
}

/** A bar from the begin of each fault to its end; what is over at once is as wide as can be seen. */
function bars({ faults }: ChaosResult, kinds: readonly string[]) {
  return {
    type: 'custom',
    encode: { x: [0, 1], y: 2 },
    data: faults.map(({ kind, atSeconds, forSeconds }) => [
      atSeconds,
      atSeconds + forSeconds,
      kinds.indexOf(kind),
    ]),
    renderItem: (_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
      const [x = 0, y = 0] = api.coord([api.value(0), api.value(2)])
      const [end = 0] = api.coord([api.value(1), api.value(2)])
      const height = BAR_HEIGHT - 5
      const shape = { x, y: y - height / 2, width: Math.max(2, end - x), height }
      return { type: 'rect', shape, style: { fill: api.visual('color') } }
    },
  }
}
