import { isFinal } from './transaction.ts'

export type Step = {
  readonly step: string
  readonly state: 'done' | 'waiting' | 'unknown'
  readonly at?: string
  readonly batch?: { readonly group: number; readonly transactions: number }
  readonly status?: string
  readonly reason?: string
}

/** An answer of `GET /api/v1/transactions/{transactionId}/timeline`. */
export type Timeline = {
  readonly transactionId: string
  readonly status: string
  readonly type: string
  readonly orderingGroup: number
  readonly traceId?: string
  readonly steps: readonly Step[]
}

/** A step, and how long after the one before it came; undefined where either is not known to the millisecond. */
export type TimedStep = Step & { readonly afterMilliseconds: number | undefined }

/**
 * Puts the steps in the order in which they came: to tell the result and to write the copy go on at the same time. Those
 * without a moment stay where they were.
 */
export function arrangeSteps(steps: readonly Step[]): readonly TimedStep[] {
  const dated = steps
    .filter(({ at }) => at !== undefined)
    .sort((one, other) => Date.parse(one.at ?? '') - Date.parse(other.at ?? ''))
  const arranged = steps.map(step => (step.at === undefined ? step : (dated.shift() ?? step)))
  return arranged.map((step, index) => {
    const before = arranged[index - 1]?.at
    const isTimed = step.at !== undefined && before !== undefined
    return { ...step, afterMilliseconds: isTimed ? Date.parse(step.at) - Date.parse(before) : undefined }
  })
}

/** From the first moment to the last, in milliseconds; undefined while there are not two. */
export function wholeDuration(steps: readonly Step[]): number | undefined {
  const moments = steps.flatMap(({ at }) => (at === undefined ? [] : [Date.parse(at)]))
  return moments.length < 2 ? undefined : Math.max(...moments) - Math.min(...moments)
}

/** Whether nothing of the story is still to come. */
export function isTold({ status, steps }: Timeline): boolean {
  return isFinal(status) && steps.every(({ state }) => state !== 'waiting')
}

const TITLES: Readonly<Record<string, string>> = {
  accepted: 'Accepted',
  published: 'Published',
  drained: 'Drained',
  decided: 'Decided',
  told: 'Result published',
  cached: 'Cached',
  ended: 'Hold ended',
}

const DECISIONS: Readonly<Record<string, string>> = {
  COMPLETED: 'Both balances are changed.',
  HELD: 'The amount is reserved.',
  VOIDED: 'The reserve is given back.',
}

export function titleOf({ step, batch }: Step): string {
  const title = TITLES[step] ?? step
  return batch === undefined ? title : `${title} in a batch`
}

/** What a step means, in a few words. */
export function meaningOf({ step, state, batch, status }: Step): string {
  const waits = state === 'waiting'
  switch (step) {
    case 'accepted':
      return 'Stored for good; the sender was told so.'
    case 'published':
      return waits ? 'Its ordering group will be told of work.' : 'Its ordering group was told of work.'
    case 'drained':
      if (batch === undefined) return waits ? 'A worker will take it up.' : 'A worker took it up.'
      return batch.transactions === 1
        ? `Alone, in ordering group ${batch.group}.`
        : `One of ${batch.transactions} in ordering group ${batch.group}.`
    case 'decided':
      if (waits) return 'Its accounts will be debited and credited, or it will be refused.'
      return DECISIONS[status ?? ''] ?? ''
    case 'told':
      return waits ? 'Consumers will be told.' : 'Consumers were told.'
    case 'cached':
      return waits ? 'Readers will see it.' : 'Readers see it.'
  }
  return ''
}
