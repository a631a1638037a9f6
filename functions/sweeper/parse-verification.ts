import type { FieldError } from '../../lib/http/problem.ts'
import { readQuery } from '../../lib/http/read-query.ts'

const PARAMETERS = {
  from: { schema: 'VerificationStart', as: 'text' },
  hash: { schema: 'KeptHash', as: 'text' },
} as const

/** A hash that somebody kept. */
export type KeptHash = { readonly orderingGroup: number; readonly number: number; readonly hash: string }

export type VerificationRequest = {
  /** Whether everything is to be verified again, from the first link. */
  readonly isAnew: boolean
  readonly kept: KeptHash | undefined
}

/** Reads what is to be verified, or names each parameter that is wrong. */
export function parseVerification(
  search: URLSearchParams,
): { readonly request: VerificationRequest } | { readonly errors: readonly FieldError[] } {
  const read = readQuery(search, PARAMETERS)
  if ('errors' in read) return read
  const { from, hash } = read.query
  return { request: { isAnew: from !== undefined, kept: hash === undefined ? undefined : readKept(hash) } }
}

function readKept(text: string): KeptHash {
  const [group = '', number = '', hash = ''] = text.split(':')
  return { orderingGroup: Number(group), number: Number(number), hash: hash.toLowerCase() }
}
