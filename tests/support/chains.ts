import { beginning, cover, type Head, linkBehind } from '../../lib/chain/link.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { findDecidedBySeq } from '../../lib/mysql/find-decided-by-seq.ts'
import { readMembers } from '../../lib/mysql/insert-links.ts'

type LinkRow = { ordering_group: number; number: string; hash: string; members: string }

/**
 * Makes every chain again from the rows, as they are now: answers where a link is not what it was made of in memory, and what
 * was decided and stands in none.
 */
export async function findBrokenChains(db: Database): Promise<string[]> {
  const broken: string[] = []
  const [links] = await db.raw('SELECT ordering_group, number, hash, members FROM chain_links ORDER BY id')
  const heads = new Map<number, Head>()
  const chained = new Set<number>()
  for (const { ordering_group: group, number, hash, members } of links as LinkRow[]) {
    const seqs = readMembers(members).map(({ seq }) => seq)
    const records = await findDecidedBySeq(db, seqs)
    const present = seqs.flatMap(seq => records.get(seq) ?? [])
    const head = linkBehind(heads.get(group) ?? beginning(group), cover(group, present))
    heads.set(group, { ...head, hash })
    if (head.number !== Number(number) || head.hash !== hash) broken.push(`link ${number} of group ${group}`)
    for (const seq of seqs) {
      if (chained.has(seq)) broken.push(`transaction ${seq} is in two links`)
      chained.add(seq)
    }
  }
  const [decided] = await db.raw(`SELECT seq FROM transactions WHERE status <> 'PENDING'`)
  for (const { seq } of decided)
    if (!chained.has(Number(seq))) broken.push(`transaction ${seq} is in no link`)
  return broken
}
