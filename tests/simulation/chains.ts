import { beginning, cover, type Head, linkBehind } from '../../lib/chain/link.ts'
import { DECIDED_COLUMNS, type DecidedRow, toDecidedRecord } from '../../lib/mysql/decided-record.ts'
import { readMembers } from '../../lib/mysql/insert-links.ts'
import type { SimulatedMysql } from './mysql/database.ts'
import { returned } from './mysql/select.ts'
import type { Row } from './mysql/tables.ts'

/** Each link, as it is committed, goes on from the one before it, and with it all that is decided in its group is chained. */
export function watchChains({ tables }: SimulatedMysql, broken: string[]): void {
  const { transactions, chain_links: links } = tables
  const heads = new Map<number, Head>()
  const chained = new Set<number>()
  const recordOf = (seq: number) => {
    const row = transactions.rows.get(seq) ?? {}
    const columns = DECIDED_COLUMNS.split(',').map(column => column.trim())
    const read = Object.fromEntries(columns.map(column => [column, returned(transactions, row, column)]))
    return toDecidedRecord(read as DecidedRow)
  }
  links.onCommitted = (link: Row) => {
    const group = Number(link['ordering_group'])
    const seqs = readMembers(String(link['members'])).map(({ seq }) => seq)
    const head = linkBehind(heads.get(group) ?? beginning(group), cover(group, seqs.map(recordOf)))
    const name = `link ${link['number']} of group ${group}`
    if (head.number !== link['number']) broken.push(`${name} stands in place ${head.number}`)
    if (head.hash !== link['hash']) broken.push(`${name} has the hash ${link['hash']}, not ${head.hash}`)
    heads.set(group, { orderingGroup: group, number: Number(link['number']), hash: String(link['hash']) })
    for (const seq of seqs) {
      if (chained.has(seq)) broken.push(`${name} has ${seq}, which another has`)
      chained.add(seq)
    }
    for (const { ordering_group: own, seq, status } of transactions.rows.values()) {
      if (own === group && status !== 'PENDING' && !chained.has(Number(seq)))
        broken.push(`${seq} was decided before ${name}, and is in none`)
    }
  }
}
