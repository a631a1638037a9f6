import { beginning, cover, type Head, type Link, linkBehind } from '../chain/link.ts'
import type { DecidedRecord } from '../mysql/decided-record.ts'
import type { Fault } from './fault.ts'

/** The last link of a group that was verified, and the last one that an earlier pass has verified. */
export type VerifiedHead = Head & { readonly kept: Pick<Head, 'number' | 'hash'> }

export type CheckedLinks = {
  readonly faults: readonly Fault[]
  /** The transactions that are not what they were: what else is wrong with them follows from that. */
  readonly doubted: ReadonlySet<number>
}

/** Where the verification of a group begins. */
function unverified(orderingGroup: number): VerifiedHead {
  const { number, hash } = beginning(orderingGroup)
  return { orderingGroup, number, hash, kept: { number, hash } }
}

/**
 * Makes links again from the rows they cover, in order, and says which differ. The heads go on with them: from what was made
 * where it could be, so that one link that was altered is one fault.
 */
export function checkLinks(
  links: readonly Link[],
  heads: Map<number, VerifiedHead>,
  records: ReadonlyMap<number, DecidedRecord>,
): CheckedLinks {
  const faults: Fault[] = []
  const doubted = new Set<number>()
  for (const link of links) {
    const { orderingGroup, number } = link
    const before = heads.get(orderingGroup) ?? unverified(orderingGroup)
    const isNext = number === before.number + 1
    if (!isNext) faults.push(missingLink(orderingGroup, before.number + 1))
    const found = checkMembers(link, records)
    for (const [seq, fault] of found) {
      doubted.add(seq)
      faults.push(fault)
    }
    const present = link.members.flatMap(({ seq }) => records.get(seq) ?? [])
    const made = linkBehind(before, cover(orderingGroup, present))
    const canBeMade = isNext && found.size === 0
    const { hash } = canBeMade ? made : link
    if (canBeMade && made.hash !== link.hash)
      faults.push(changedLink(link, 'has not the hash that its transactions make'))
    else if (number === before.kept.number && hash !== before.kept.hash)
      faults.push(changedLink(link, 'had another hash when it was verified before'))
    heads.set(orderingGroup, { ...before, number, hash })
  }
  return { faults, doubted }
}

/** The transactions of a link that are not there any more, or not as they were. */
function checkMembers(link: Link, records: ReadonlyMap<number, DecidedRecord>): Map<number, Fault> {
  const name = `link ${subjectOf(link)}`
  const present = link.members.flatMap(({ seq }) => records.get(seq) ?? [])
  const sums = new Map(cover(link.orderingGroup, present).members.map(({ seq, sum }) => [seq, sum]))
  const found = new Map<number, Fault>()
  for (const { seq, sum } of link.members) {
    const record = records.get(seq)
    if (record === undefined) {
      const message = `transaction ${seq}, which ${name} covers, is not there, or is PENDING again`
      found.set(seq, { code: 'transaction_missing', subject: String(seq), message })
    } else if (sums.get(seq) !== sum) {
      const message = `transaction ${seq} is not what it was when ${name} covered it`
      found.set(seq, { code: 'transaction_changed', subject: record.transactionId, message })
    }
  }
  return found
}

export function missingLink(orderingGroup: number, number: number): Fault {
  const subject = subjectOf({ orderingGroup, number })
  return { code: 'link_missing', subject, message: `link ${subject} is not there` }
}

export function changedLink(link: Pick<Head, 'orderingGroup' | 'number'>, why: string): Fault {
  const subject = subjectOf(link)
  return { code: 'link_changed', subject, message: `link ${subject} ${why}` }
}

function subjectOf({ orderingGroup, number }: Pick<Head, 'orderingGroup' | 'number'>): string {
  return `${orderingGroup}:${number}`
}
