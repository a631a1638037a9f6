import * as echarts from 'echarts'
import type { Figures } from '../figures/figures.ts'
import { formatNumber } from '../figures/format-number.ts'
import type { Contender } from './contenders.ts'
import { ratioOf } from './report.ts'

/** Colours that differ to those who see few of them too, and in print by how dark they are. */
const COLOURS = ['#0b5394', '#9fb8cf', '#e69138', '#8a4b08']

/** Each contender's rate, in percent of the floor's in the same rounds, as an SVG; undefined without a floor. */
export function drawChart(
  figures: Figures,
  contenders: readonly Pick<Contender, 'subject' | 'title'>[],
): string | undefined {
  if (!contenders.some(({ subject }) => subject === 'floor')) return undefined
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 900, height: 420 })
  chart.setOption({
    animation: false,
    color: COLOURS,
    backgroundColor: '#ffffff',
    title: { text: 'Transfers a second, in percent of the floor', left: 'center', top: 10 },
    legend: { top: 44 },
    grid: { left: 60, right: 30, top: 90, bottom: 40 },
    xAxis: { type: 'category', data: [...figures.rows], axisTick: { show: false } },
    yAxis: { type: 'value', axisLabel: { formatter: '{value} %' } },
    series: contenders.map(({ subject, title }) => ({
      type: 'bar',
      name: title,
      data: figures.rows.map(row => 100 * ratioOf(figures, row, subject, 'floor')),
      label: {
        show: true,
        position: 'top',
        formatter: ({ value }: { value?: unknown }) => `${formatNumber(Number(value))} %`,
      },
    })),
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}
