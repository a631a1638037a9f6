import type { Chart } from './chart.ts'
import { loneValues } from './chart-columns.ts'
import { formatClock } from './moments.ts'
import type uPlot from './uplot.js'

export type ChartPorts = {
  readonly chart: () => Chart
  /** The value that a custom property of the style sheet has now. */
  readonly colour: (name: string) => string
  readonly onPoint: (index: number | null) => void
}

const FONT = '11px Inter, system-ui, sans-serif'
/** Dashes tell the second line from the first without its colour. */
const DASHES: Readonly<Record<number, number[]>> = { 1: [], 2: [4, 3] }

/** 1, 2, 5, 10, 20, 50, … */
const WHOLE = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map(digit => digit * 10 ** power)).flat()

/** How every chart is drawn. Colours are asked for at each drawing, as the scheme has them then. */
export function chartOptions({
  chart,
  colour,
  onPoint,
}: ChartPorts): Omit<uPlot.Options, 'width' | 'height'> {
  const axis = {
    stroke: () => colour('--muted'),
    font: FONT,
    grid: { stroke: () => colour('--grid'), width: 1 },
    ticks: { show: false },
  }
  return {
    padding: [8, 18, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      sync: { key: 'settle' },
      points: { size: 6 },
    },
    scales: {
      x: { time: true, range: () => [chart().from, chart().to] },
      y: { range: (_, __, most) => [0, Math.max(chart().least, (most ?? 0) * 1.1)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 22,
        gap: 4,
        incrs: [60],
        values: (_, times) => times.map(time => formatClock(new Date(time * 1000)).slice(0, 5)),
      },
      {
        ...axis,
        ...(chart().isCount ? { incrs: WHOLE } : {}),
        size: 52,
        gap: 6,
        space: 32,
        values: (_, values) => values.map(chart().format),
      },
    ],
    series: [{}, ...chart().lines.map(line => seriesOf(line.colour, colour))],
    hooks: { setCursor: [plot => onPoint(plot.cursor.idx ?? null)] },
  }
}

function seriesOf(number: 1 | 2, colour: ChartPorts['colour']): uPlot.Series {
  const stroke = (): string => colour(`--line-${number}`)
  return {
    stroke,
    fill: () => (number === 1 ? colour('--line-1-fill') : 'transparent'),
    width: 1.5,
    dash: DASHES[number] ?? [],
    points: { show: false, size: 4, width: 0, fill: stroke, filter: lonePoints },
  }
}

function lonePoints(plot: uPlot, series: number): number[] | null {
  const lone = loneValues(plot.data[series] ?? [])
  return lone.length === 0 ? null : lone
}
