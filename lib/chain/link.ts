import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { DecidedRecord } from '../mysql/decided-record.ts'
import { decidedText } from './decided-text.ts'

/** Where a group's chain ends: whoever knows it can tell whether anything before it has been altered. */
export type Head = {
  readonly orderingGroup: number
  /** One more with each link of the group, from 1. */
  readonly number: number
  /** SHA-256 in hexadecimal: of the hash before it, and of the digest of what its link covers. */
  readonly hash: string
}

/** A transaction that a link covers. */
export type Member = {
  readonly seq: number
  /** CRC-32 of its text. It proves nothing: it says which one it is when the hash says that one was altered. */
  readonly sum: number
}

/** What a step decided in one group. */
export type Cover = {
  readonly orderingGroup: number
  readonly members: readonly Member[]
  /** SHA-256 in hexadecimal: of all texts, in order. */
  readonly digest: string
}

export type Link = Head & { readonly members: readonly Member[] }

/** Where the chain of a group begins. */
export function beginning(orderingGroup: number): Head {
  return { orderingGroup, number: 0, hash: '0'.repeat(64) }
}

/** Makes of the transactions of a group what a link says of them, in the order they are given. */
export function cover(orderingGroup: number, records: readonly DecidedRecord[]): Cover {
  const texts = records.map(decidedText)
  const members = records.map(({ seq }, index) => ({ seq, sum: crc32(texts[index] ?? '') }))
  return { orderingGroup, members, digest: hash('sha256', texts.join('\n'), 'hex') }
}

/** The link behind a head. */
export function linkBehind(head: Head, { orderingGroup, members, digest }: Cover): Link {
  const number = head.number + 1
  const text = `${orderingGroup} ${number} ${head.hash} ${digest}`
  return { orderingGroup, number, hash: hash('sha256', text, 'hex'), members }
}
