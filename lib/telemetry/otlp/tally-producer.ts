import { type HrTime, ValueType } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics'
import { METRICS, type MetricName } from '../metrics.ts'
import { Histogram, type Series, type Tally } from '../tally.ts'

/** Hands the SDK what the tally has, as it is then: cumulative, since the process began. */
export function tallyProducer(tally: Tally, resource: Resource, now: () => Date): MetricProducer {
  const startTime = toHrTime(now())
  return {
    collect: async () => {
      const span = { startTime, endTime: toHrTime(now()) }
      const byName = Map.groupBy(tally.series(), ({ name }) => name)
      const metrics = [...byName].map(([name, series]) => toMetricData(name, series, span))
      const scopeMetrics = [{ scope: { name: 'settle' }, metrics }]
      return { resourceMetrics: { resource, scopeMetrics }, errors: [] }
    },
  }
}

type Span = { readonly startTime: HrTime; readonly endTime: HrTime }

function toMetricData(name: MetricName, series: readonly Series[], span: Span): MetricData {
  const { kind, unit, about } = METRICS[name]
  const metric = {
    descriptor: {
      name,
      unit,
      description: about,
      valueType: kind === 'counter' ? ValueType.INT : ValueType.DOUBLE,
    },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  }
  const point = <V>({ attributes }: Series, value: V) => ({ ...span, attributes, value })
  if (kind === 'histogram') {
    const dataPoints = series.flatMap(one =>
      one.values instanceof Histogram ? [point(one, toHistogram(one.values))] : [],
    )
    return { ...metric, dataPointType: DataPointType.HISTOGRAM, dataPoints }
  }
  const dataPoints = series.flatMap(one =>
    one.values instanceof Histogram || one.values.value === undefined ? [] : [point(one, one.values.value)],
  )
  if (kind === 'gauge') return { ...metric, dataPointType: DataPointType.GAUGE, dataPoints }
  return { ...metric, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
}

function toHistogram({ bounds, counts, count, sum }: Histogram) {
  return { buckets: { boundaries: [...bounds], counts: [...counts] }, count, sum }
}

/** Seconds, and nanoseconds beside them. */
function toHrTime(moment: Date): HrTime {
  const milliseconds = moment.getTime()
  return [Math.trunc(milliseconds / 1000), (milliseconds % 1000) * 1_000_000]
}
