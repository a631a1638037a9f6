import { type AttributesOf, METRICS, type Metric, type MetricName, type MetricOf } from './metrics.ts'

/** Counts up. */
export class Counter {
  value = 0

  add(count: number): void {
    this.value += count
  }
}

/** What was measured last; undefined before. */
export class Gauge {
  value: number | undefined

  set(value: number): void {
    this.value = value
  }
}

/** How values are spread over buckets. */
export class Histogram {
  readonly bounds: readonly number[]
  /** Of each bucket, and last of what is above all bounds. */
  readonly counts: number[]
  count = 0
  sum = 0

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = new Array(bounds.length + 1).fill(0)
  }

  record(value: number): void {
    this.count += 1
    this.sum += value
    const bucket = this.#bucketOf(value)
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1
  }

  /** The first whose bound is not below the value. */
  #bucketOf(value: number): number {
    let [low, high] = [0, this.bounds.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.bounds[middle] ?? 0) < value) low = middle + 1
      else high = middle
    }
    return low
  }
}

export type Attributes = Readonly<Record<string, string | number>>
export type Series = {
  readonly name: MetricName
  readonly attributes: Attributes
  readonly values: Counter | Gauge | Histogram
}

/**
 * What this process has measured since it began. Telling it costs next to nothing, whoever reads it: a counter for each metric and
 * what its series differs by, made at first use. Hot code keeps the counter it is given.
 */
export class Tally {
  readonly #series = new Map<string, Series>()

  counter<N extends MetricOf<'counter'>>(name: N, attributes: AttributesOf<N>): Counter {
    return this.#of(name, attributes, () => new Counter())
  }

  gauge<N extends MetricOf<'gauge'>>(name: N, attributes: AttributesOf<N>): Gauge {
    return this.#of(name, attributes, () => new Gauge())
  }

  histogram<N extends MetricOf<'histogram'>>(name: N, attributes: AttributesOf<N>): Histogram {
    return this.#of(name, attributes, () => new Histogram((METRICS[name] as Metric).bounds ?? []))
  }

  /** Every series there is, in the order they began. */
  series(): IterableIterator<Series> {
    return this.#series.values()
  }

  #of<V extends Counter | Gauge | Histogram>(name: MetricName, attributes: Attributes, make: () => V): V {
    const key = `${name} ${Object.values(attributes).join(' ')}`
    const known = this.#series.get(key)
    // A metric has one kind, and its attributes one order: where they are written.
    if (known !== undefined) return known.values as V
    const values = make()
    this.#series.set(key, { name, attributes, values })
    return values
  }
}
