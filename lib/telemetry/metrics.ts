/** How a metric counts: up only; as it stands now; or how values are spread. */
type MetricKind = 'counter' | 'gauge' | 'histogram'

export type Metric = {
  readonly kind: MetricKind
  /** In UCUM, as OpenTelemetry writes units. */
  readonly unit: string
  readonly about: string
  /** What its series differ by: few values each. */
  readonly attributes: readonly string[]
  /** The functions that measure it; none is named where every one does. */
  readonly from: readonly string[]
  /** Of a histogram: the upper bounds of its buckets, the highest of which has none. */
  readonly bounds?: readonly number[]
}

/** Fine where the goals are, 15 and 60 ms; as far as the age at which nothing more is accepted. */
const SECONDS = [
  0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.15, 0.25, 0.5, 0.75,
  1, 2.5, 5, 7.5, 10, 30, 60, 180,
]
const EVERY_FUNCTION: readonly string[] = []
const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 4000]

/**
 * Everything that is measured; docs/telemetry.md shows the same table. Names and units are OpenTelemetry's: its own where it has one.
 */
export const METRICS = {
  'http.server.request.duration': {
    kind: 'histogram',
    unit: 's',
    about: 'From the arrival of a whole request to its answer; of a stream, to its first byte',
    attributes: ['http.request.method', 'http.route', 'http.response.status_code'],
    from: EVERY_FUNCTION,
    bounds: SECONDS,
  },
  'settle.transactions.accepted': {
    kind: 'counter',
    unit: '{transaction}',
    about: 'Transactions made durable, each once',
    attributes: [],
    from: ['ingest', 'accounts', 'dead-letter', 'sweeper'],
  },
  'settle.transactions.decided': {
    kind: 'counter',
    unit: '{transaction}',
    about: 'Transactions that are no longer PENDING; of a FAILED one, why',
    attributes: ['settle.status', 'settle.reason'],
    from: ['worker', 'dead-letter'],
  },
  'settle.transaction.duration': {
    kind: 'histogram',
    unit: 's',
    about: 'From accepted to decided',
    attributes: [],
    from: ['worker', 'dead-letter'],
    bounds: SECONDS,
  },
  'settle.flush.size': {
    kind: 'histogram',
    unit: '{transaction}',
    about: 'Transactions of one INSERT',
    attributes: [],
    from: ['ingest'],
    bounds: SIZES,
  },
  'settle.step.size': {
    kind: 'histogram',
    unit: '{transaction}',
    about: 'Transactions that one step of draining decided',
    attributes: [],
    from: ['worker', 'dead-letter'],
    bounds: SIZES,
  },
  'settle.step.duration': {
    kind: 'histogram',
    unit: 's',
    about: 'A step of draining, from its first lock to its COMMIT, with what was tried again',
    attributes: [],
    from: ['worker', 'dead-letter'],
    bounds: SECONDS,
  },
  'settle.retries': {
    kind: 'counter',
    unit: '{retry}',
    about: 'Transient faults after which something was tried again',
    attributes: ['settle.work'],
    from: ['ingest', 'worker', 'dead-letter'],
  },
  'settle.bells.failed': {
    kind: 'counter',
    unit: '{message}',
    about: 'Doorbells that Pub/Sub has not taken; left to the lookout and the sweeper',
    attributes: [],
    from: ['ingest', 'accounts', 'dead-letter', 'sweeper'],
  },
  'settle.batches.untold': {
    kind: 'counter',
    unit: '{batch}',
    about:
      'Batches whose results were not published, or not cached, at once; left to the next step and the sweeper',
    attributes: ['settle.listener'],
    from: ['worker', 'dead-letter', 'accounts', 'sweeper'],
  },
  'settle.cache.reads': {
    kind: 'counter',
    unit: '{read}',
    about: 'Reads of a copy: there was one, there was none, or the cache did not say in time',
    attributes: ['settle.outcome'],
    from: ['status'],
  },
  'settle.pending.transactions': {
    kind: 'gauge',
    unit: '{transaction}',
    about: 'PENDING transactions, as the last sweep found them',
    attributes: [],
    from: ['sweeper'],
  },
  'settle.pending.age': {
    kind: 'gauge',
    unit: 's',
    about: 'How long the oldest of them has waited',
    attributes: [],
    from: ['sweeper'],
  },
  'settle.outbox.batches': {
    kind: 'gauge',
    unit: '{batch}',
    about: 'Batches decided and not yet told, as the last sweep found them',
    attributes: [],
    from: ['sweeper'],
  },
  'settle.dead_letters': {
    kind: 'gauge',
    unit: '{letter}',
    about: 'Dead letters that nobody has replayed or discarded',
    attributes: [],
    from: ['sweeper'],
  },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof METRICS

/** The metrics of a kind. */
export type MetricOf<K extends MetricKind> = {
  [N in MetricName]: (typeof METRICS)[N]['kind'] extends K ? N : never
}[MetricName]

/** What a series of a metric has to say about itself, and nothing else. */
export type AttributesOf<N extends MetricName> = Readonly<
  Record<(typeof METRICS)[N]['attributes'][number], string | number>
>
