import type { Link, Member } from '../chain/link.ts'
import type { SqlTransaction } from './connect.ts'
import { isDuplicateEntry, OvertakenError } from './errors.ts'
import { toSqlTime } from './time.ts'

/**
 * Stores the links of a step. Throws OvertakenError if another SQL transaction has extended one of the chains since its head was
 * read: a number is given once.
 */
export async function insertLinks(
  transaction: SqlTransaction,
  links: readonly Link[],
  now: Date,
): Promise<void> {
  const rows = links.map(({ orderingGroup, number, hash, members }) => [
    orderingGroup,
    number,
    hash,
    members.length,
    writeMembers(members),
    toSqlTime(now),
  ])
  try {
    await transaction.raw(
      'INSERT INTO chain_links (ordering_group, number, hash, size, members, created_at) VALUES ?',
      [rows as never],
    )
  } catch (error) {
    throw isDuplicateEntry(error) ? new OvertakenError('a chain', error) : error
  }
}

/**
 * Each `seq` as the step from the one before it, and its sum, in base 36: half of what decimals take, and what is written with
 * each step counts.
 */
function writeMembers(members: readonly Member[]): string {
  let last = 0
  const parts = members.map(({ seq, sum }) => {
    const step = seq - last
    last = seq
    return `${step.toString(36)}.${sum.toString(36)}`
  })
  return parts.join(' ')
}

/** Reads what `insertLinks` wrote; what is none of it, because somebody altered it, is left out. */
export function readMembers(text: string): Member[] {
  let last = 0
  return text.split(' ').flatMap(part => {
    const [step = '', sum = ''] = part.split('.')
    last += Number.parseInt(step, 36)
    const member = { seq: last, sum: Number.parseInt(sum, 36) }
    return Number.isSafeInteger(member.seq) && Number.isSafeInteger(member.sum) ? [member] : []
  })
}
