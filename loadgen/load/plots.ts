import { type EChartsCoreOption, init } from 'echarts'
import type { LoadResult, Percentiles, ProcessUse } from './load-result.ts'

const SIZE = { width: 860, height: 380 }
/** Told apart by those who see colours otherwise, too (Okabe and Ito), on white. */
export const COLOURS = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#000000',
  '#999999',
  '#5a3e85',
]

/** The plots of a run, as SVG, by file name. */
export function plotsOf(result: LoadResult): Readonly<Record<string, string>> {
  return {
    'rates.svg': draw(ratePlot(result)),
    'latencies.svg': draw(latencyPlot(result)),
    ...(result.processes.length > 0 && {
      'processes.svg': draw(processPlot(result, 'CPU', 'percent of one core', use => use.cpuPercents)),
      'memory.svg': draw(processPlot(result, 'Memory', 'MiB', use => use.memoryMiBs)),
    }),
  }
}

/** Draws a plot as SVG. */
export function draw(option: EChartsCoreOption, size: { width: number; height: number } = SIZE): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size })
  try {
    // White, so that it can be read on a dark page too.
    chart.setOption({ ...BASE, ...option })
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}

const BASE = {
  animation: false,
  backgroundColor: '#ffffff',
  color: COLOURS,
  textStyle: { fontFamily: 'sans-serif' },
  legend: { top: 32, icon: 'rect', itemHeight: 3, textStyle: { color: '#222222' } },
  grid: { left: 70, right: 30, top: 80, bottom: 50 },
}

export type Points = readonly (readonly [number, number | null])[]

export function line(name: string, data: Points) {
  return { name, type: 'line', data, showSymbol: false, lineStyle: { width: 2 } }
}

export function axis(name: string, more: object = {}) {
  const nameGap = name.startsWith('seconds') || name.startsWith('percent') ? 28 : 50
  const text = { color: '#222222' }
  return {
    type: 'value',
    name,
    nameLocation: 'middle',
    nameGap,
    nameTextStyle: text,
    axisLabel: text,
    ...more,
  }
}

export function title(text: string) {
  return { text, left: 'center', textStyle: { color: '#222222', fontSize: 15 } }
}

/** Of what was applied after the load, the last second is not whole, and left out. */
function ratePlot({ perSecond, settings, lastAppliedSeconds }: LoadResult): EChartsCoreOption {
  const points = (counts: readonly number[]): Points => counts.map((count, second) => [second + 1, count])
  const { warmUpSeconds, seconds, rate } = settings
  const end = warmUpSeconds + seconds
  const offered: Points =
    rate === undefined
      ? []
      : [
          [0, rate],
          [end, rate],
        ]
  return {
    title: title('Transfers in each second'),
    xAxis: axis('seconds', { max: 'dataMax' }),
    yAxis: axis('transfers a second', { min: 0 }),
    series: [
      line('accepted', points(perSecond.accepted.slice(0, end))),
      line('applied', points(perSecond.applied.slice(0, Math.max(end, Math.floor(lastAppliedSeconds))))),
      ...(rate === undefined
        ? []
        : [{ ...line('arriving', offered), lineStyle: { width: 1, type: 'dashed' } }]),
    ],
  }
}

const NAMES = {
  accept: 'accept',
  told: 'applied, until told',
  decided: 'applied, by the service’s clock',
  read: 'status read',
} as const

/** A logarithmic axis has no zero; the service's clock has whole milliseconds. */
const LEAST_MILLISECONDS = 0.1

/** As HDR histograms are drawn: each nine of the percentile as wide as the one before. */
function latencyPlot({ latencies }: LoadResult): EChartsCoreOption {
  const curveOf = ({ curve }: Percentiles): Points =>
    curve.map(([percent, milliseconds]) => [
      100 / (100 - percent),
      Math.max(milliseconds, LEAST_MILLISECONDS),
    ])
  const percentAt = (value: number) => `${Number((100 - 100 / value).toPrecision(8))}`
  const shown = Object.entries(NAMES).flatMap(([which, name]) => {
    const latency = latencies[which as keyof typeof NAMES]
    return latency === undefined ? [] : [line(name, curveOf(latency))]
  })
  const label = { color: '#222222', formatter: percentAt }
  return {
    title: title('Latency by percentile'),
    xAxis: axis('percent not slower', { type: 'log', min: 1, axisLabel: label }),
    yAxis: axis('milliseconds', { type: 'log', min: LEAST_MILLISECONDS }),
    series: shown,
  }
}

/** What uses less is not drawn: all such lines lie on the axis. */
const IDLE_PERCENT = 1

function processPlot(
  { processes }: LoadResult,
  what: string,
  unit: string,
  read: (use: ProcessUse) => readonly (number | null)[],
): EChartsCoreOption {
  const busiest = processes
    .filter(({ mean }) => mean.cpuPercent >= IDLE_PERCENT)
    .toSorted((a, b) => b.mean.cpuPercent - a.mean.cpuPercent)
  return {
    title: title(`${what} by process`),
    xAxis: axis('seconds', { max: 'dataMax' }),
    yAxis: axis(unit, { min: 0 }),
    series: busiest.map(use =>
      line(
        use.name,
        read(use).map((value, second) => [second + 1, value]),
      ),
    ),
  }
}
