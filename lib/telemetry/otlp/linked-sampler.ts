import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api'
import { TraceFlags, trace } from '@opentelemetry/api'
import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace'

/**
 * Records a batch that does something for a trace that is recorded, and else what another sampler says: a batch has no
 * parent, and the story of such a transaction would end before it.
 */
export class LinkedSampler implements Sampler {
  readonly #others: Sampler

  constructor(others: Sampler) {
    this.#others = others
  }

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const isRoot = trace.getSpanContext(context) === undefined
    const isWanted = links.some(link => (link.context.traceFlags & TraceFlags.SAMPLED) !== 0)
    if (isRoot && isWanted) return { decision: SamplingDecision.RECORD_AND_SAMPLED }
    return this.#others.shouldSample(context, traceId, name, kind, attributes, links)
  }

  toString(): string {
    return `LinkedSampler{${this.#others}}`
  }
}
